import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'ratelimit', rootDir: import.meta.dirname };
