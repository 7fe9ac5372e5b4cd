import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'dmitry', rootDir: import.meta.dirname };
