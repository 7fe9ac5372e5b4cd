import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'outbound', rootDir: import.meta.dirname };
