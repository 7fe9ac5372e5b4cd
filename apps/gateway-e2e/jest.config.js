import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'gateway-e2e', rootDir: import.meta.dirname };
