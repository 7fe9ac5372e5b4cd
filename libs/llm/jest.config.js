import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'llm', rootDir: import.meta.dirname };
