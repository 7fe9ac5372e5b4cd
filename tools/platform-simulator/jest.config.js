import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'platform-simulator', rootDir: import.meta.dirname };
