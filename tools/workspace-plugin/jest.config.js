import { toolPreset } from '../../jest.preset.js';

export default { ...toolPreset, displayName: 'tools-workspace-plugin', rootDir: import.meta.dirname };
