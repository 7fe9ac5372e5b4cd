import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'cache', rootDir: import.meta.dirname };
