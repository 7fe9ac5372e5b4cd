import { appPreset } from '../../jest.preset.js';

export default { ...appPreset, displayName: 'dmitry', rootDir: import.meta.dirname };
