import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'workflow', rootDir: import.meta.dirname };
