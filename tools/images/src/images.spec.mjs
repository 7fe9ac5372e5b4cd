import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { librariesOf } from './assemble.mjs';
import { statusOf } from './container.mjs';
import { IMAGES, pinnedBase, tagOf } from './images.mjs';
import { createReport } from './report.mjs';
import { beginRequest, tokenOf } from './slow-request.mjs';

const root = join(import.meta.dirname, '..', '..', '..');
const dockerfile = readFileSync(join(root, 'docker', 'Dockerfile'), 'utf8');

describe('the Dockerfile', () => {
  it('pins its base by digest, and has a target for every image, made from nothing', () => {
    expect(pinnedBase(dockerfile)).toMatch(/@sha256:[0-9a-f]{64}$/);
    for (const { target } of IMAGES) expect(dockerfile).toContain(`\nFROM scratch AS ${target}\n`);
    expect(() => pinnedBase('FROM node')).toThrow('NODE_IMAGE');
  });

  it.each(IMAGES)(
    'stops $target by SIGTERM, as a numbered user, with a health check that looks at a status',
    ({ target }) => {
      const stage = dockerfile.split(/^FROM /m).find((text) => text.startsWith(`scratch AS ${target}\n`));
      for (const line of [
        'USER 10001:10001',
        'STOPSIGNAL SIGTERM',
        'ENV NODE_ENV=production',
        '/app/healthcheck.mjs',
      ]) {
        expect(stage).toContain(line);
      }
    },
  );

  it('tags images with the version of the workspace', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    expect(tagOf(root, 'gateway')).toBe(`localhost/dmitry/gateway:${version}`);
  });
});

describe('the libraries of a program', () => {
  it('are read from what ldd prints, the loader included', () => {
    const output = '\tlinux-vdso.so.1 (0x01)\n\tlibc.so.6 => /lib/x/libc.so.6 (0x02)\n\t/lib64/ld.so.2 (0x03)\n';
    expect(librariesOf(output)).toEqual(['/lib/x/libc.so.6', '/lib64/ld.so.2']);
  });
  it('must all be there', () => {
    expect(() => librariesOf('\tlibatomic.so.1 => not found\n')).toThrow('lacks libraries');
  });
});

describe('a report', () => {
  const reported = (options, write) => {
    const lines = [];
    const report = createReport((text) => lines.push(text), options);
    write(report);
    return { code: report.end(), text: lines.join('') };
  };
  const write = (report) => {
    report.check('a', true);
    report.skip('b', 'no engine');
  };
  it('names what was not checked, and counts it apart', () => {
    expect(reported({}, write)).toEqual({
      code: 0,
      text: 'ok   a\nNOT CHECKED b: no engine\n1 passed, 0 failed, 1 skipped\n',
    });
  });
  it('fails where everything is required, or a check does not hold', () => {
    expect(reported({ require: true }, write).code).toBe(1);
    expect(reported({}, (report) => report.check('a', false, 'seen'))).toEqual({
      code: 1,
      text: 'FAIL a (seen)\n0 passed, 1 failed, 0 skipped\n',
    });
  });
});

describe('a service', () => {
  let server;
  const listening = async (handler) => {
    server = createServer(handler);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return server.address().port;
  };
  afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve())));

  it.each([
    [200, 0],
    [204, 1],
    [503, 1],
  ])('that answers %d gives the health check exit code %d', async (status, code) => {
    const port = await listening((_request, response) => response.writeHead(status, { connection: 'close' }).end());
    const child = spawn(process.execPath, [join(root, 'docker', 'healthcheck.mjs'), 'PORT_OF_IT', '1', '/ready'], {
      env: { PORT_OF_IT: String(port) },
    });
    const [exit] = await once(child, 'exit');
    expect(exit).toBe(code);
  });

  it('that is not there fails the health check and has no status', async () => {
    const port = await listening(() => {});
    await new Promise((resolve) => server.close(resolve));
    const { status, stderr } = spawnSync(
      process.execPath,
      [join(root, 'docker', 'healthcheck.mjs'), 'NONE', String(port), '/'],
      {
        env: {},
        encoding: 'utf8',
      },
    );
    expect([status, stderr]).toEqual([1, expect.stringContaining('ECONNREFUSED')]);
    await expect(statusOf(`http://127.0.0.1:${port}`)).resolves.toBe(0);
  });

  it('answers a request that was held back once its last byte is sent', async () => {
    let whole = '';
    const port = await listening((request, response) => {
      request.setEncoding('utf8').on('data', (part) => (whole += part));
      request.on('end', () => response.writeHead(201, { connection: 'close' }).end());
    });
    const finish = await beginRequest(`http://127.0.0.1:${port}`, 'token', { a: 1 });
    await expect(finish()).resolves.toBe(201);
    expect(whole).toBe('{"a":1}');
  });

  it('gets a token whose signature its secret proves', () => {
    const [head, body, signature] = tokenOf('secret', { sub: 'a' }).split('.');
    expect(signature).toBe(createHmac('sha256', 'secret').update(`${head}.${body}`).digest('base64url'));
    expect(JSON.parse(Buffer.from(body, 'base64url').toString())).toMatchObject({ sub: 'a', exp: expect.any(Number) });
  });
});

describe('npm run images', () => {
  it('says how it is used when it cannot know what is meant', () => {
    const main = join(import.meta.dirname, 'main.mjs');
    const { status, stderr } = spawnSync(process.execPath, [main, 'start'], { encoding: 'utf8' });
    expect([status, stderr]).toEqual([2, expect.stringContaining('Usage: npm run images')]);
  });
  it('names what it cannot check where there is no engine', () => {
    const main = join(import.meta.dirname, 'main.mjs');
    const { status, stdout } = spawnSync(process.execPath, [main, 'build'], {
      encoding: 'utf8',
      env: { PATH: '/nowhere' },
    });
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/^NOT CHECKED images[^\n]+\n0 passed, 0 failed, 1 skipped\n$/),
    ]);
  });
});
