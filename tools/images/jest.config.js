import { toolPreset } from '../../jest.preset.js';

export default { ...toolPreset, displayName: 'tools-images', rootDir: import.meta.dirname };
