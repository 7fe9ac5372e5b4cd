import { appPreset } from '../../jest.preset.js';

export default { ...appPreset, displayName: 'orchestrator', rootDir: import.meta.dirname };
