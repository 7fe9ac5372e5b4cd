import { toolPreset } from '../../jest.preset.js';

export default { ...toolPreset, displayName: 'tools-checks', rootDir: import.meta.dirname };
