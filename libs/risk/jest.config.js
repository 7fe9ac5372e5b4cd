import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'risk', rootDir: import.meta.dirname };
