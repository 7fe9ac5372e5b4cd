import { toolPreset } from '../../jest.preset.js';

export default { ...toolPreset, displayName: 'tools-jest', rootDir: import.meta.dirname };
