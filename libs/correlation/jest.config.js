import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'correlation', rootDir: import.meta.dirname };
