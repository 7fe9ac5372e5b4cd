import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'harness', rootDir: import.meta.dirname };
