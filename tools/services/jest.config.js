import { toolPreset } from '../../jest.preset.js';

export default { ...toolPreset, displayName: 'tools-services', rootDir: import.meta.dirname };
