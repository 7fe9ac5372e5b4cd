import { appPreset } from '../../jest.preset.js';

export default { ...appPreset, displayName: 'gateway', rootDir: import.meta.dirname };
