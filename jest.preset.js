// Shared by every project's jest.config.js. ESM end to end: run with --experimental-vm-modules.
import { fileURLToPath } from 'node:url';

const readme = fileURLToPath(new URL('tools/jest/src/readme-transform.mjs', import.meta.url));
const swc = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
  swcrc: false,
};

const preset = {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/{src,test}/**/*{.spec,-spec}.ts', '<rootDir>/README.md'],
  extensionsToTreatAsEsm: ['.ts', '.md'],
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node', 'md'],
  setupFiles: ['reflect-metadata'],
  transform: { '^.+\\.ts$': ['@swc/jest', swc], '/README\\.md$': readme },
  testEnvironmentOptions: { customExportConditions: ['@dmitry/source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/out-tsc/'],
  coverageProvider: 'babel',
};

export default preset;

/** For apps, which are run and not imported: a README needs no fence. */
export const appPreset = { ...preset, testMatch: ['<rootDir>/{src,test}/**/*{.spec,-spec}.ts'] };

/** For projects of plain modules (tools): specs may be .mjs files, and a README needs no fence. */
export const toolPreset = {
  ...preset,
  testMatch: ['<rootDir>/{src,test}/**/*.spec.mjs', '<rootDir>/{src,test}/**/*{.spec,-spec}.ts'],
};
