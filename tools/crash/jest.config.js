import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'crash', rootDir: import.meta.dirname };
