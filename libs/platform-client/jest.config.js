import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'platform-client', rootDir: import.meta.dirname };
