import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'sanitizer', rootDir: import.meta.dirname };
