import { stale } from '../generated.mjs';

export const title = 'generated files say what their sources say';

export async function check() {
  const files = await stale();
  return files.map(({ path, generator }) => `${path}: run \`npm run generate -- ${generator}\` and commit the result`);
}
