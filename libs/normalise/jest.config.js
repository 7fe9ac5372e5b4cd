import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'normalise', rootDir: import.meta.dirname };
