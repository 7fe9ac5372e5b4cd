// node healthcheck.mjs VARIABLE PORT PATH: exits 0 when the service on this host answers PATH with 200. The port is the
// variable's value, or PORT where it is not set.
const [variable, port, path] = process.argv.slice(2);
const url = `http://127.0.0.1:${process.env[variable] || port}${path}`;
const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) }).catch((error) => error);
process.exitCode = answer.status === 200 ? 0 : 1;
if (process.exitCode !== 0) process.stderr.write(`${url}: ${answer.status ?? answer.cause?.code ?? answer.message}\n`);
