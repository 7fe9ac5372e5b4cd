// A Jest transform: README.md in, test module out. Fences see Jest's globals and import packages by name.
import { transformSync } from '@swc/core';
import { testModule } from './fences.mjs';

const SWC = {
  jsc: {
    target: 'es2024',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    keepClassNames: true,
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
  swcrc: false,
  configFile: false,
};

export default {
  process(source, filename) {
    const title = filename.split(/[\\/]/).slice(-2).join('/');
    const { code } = transformSync(testModule(source, title), {
      ...SWC,
      filename: `${filename}.ts`,
      sourceFileName: filename,
    });
    return { code };
  },
};
