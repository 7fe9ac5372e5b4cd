import preset from '../../jest.preset.js';

export default { ...preset, displayName: 'trust-ledger', rootDir: import.meta.dirname };
