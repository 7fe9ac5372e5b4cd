import { toolPreset } from '../../jest.preset.js';

export default { ...toolPreset, displayName: 'tools-test', rootDir: import.meta.dirname };
