import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'safety-gate', rootDir: import.meta.dirname };
