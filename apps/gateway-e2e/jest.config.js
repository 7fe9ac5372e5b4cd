import { appPreset } from '../../jest.preset.js';

export default {
  ...appPreset,
  displayName: 'gateway-e2e',
  rootDir: import.meta.dirname,
  globalSetup: '<rootDir>/test/support/traffic-folder.mjs',
};
