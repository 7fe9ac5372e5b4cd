import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'kit', rootDir: import.meta.dirname };
