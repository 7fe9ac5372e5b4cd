import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'orchestrator-e2e', rootDir: import.meta.dirname };
