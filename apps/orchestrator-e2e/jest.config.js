import { appPreset } from '../../jest.preset.js';

export default { ...appPreset, displayName: 'orchestrator-e2e', rootDir: import.meta.dirname };
