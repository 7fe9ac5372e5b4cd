// npm run generate [-- NAME…]: renews every generated file. `npm run check:repo` fails while one is stale.
import { stale, write } from './generated.mjs';

for (const file of await stale(process.argv.slice(2))) {
  write(file);
  process.stderr.write(`wrote ${file.path} (${file.generator})\n`);
}
