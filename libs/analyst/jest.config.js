import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'analyst', rootDir: import.meta.dirname };
