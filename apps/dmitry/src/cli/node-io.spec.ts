import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { OutputClosed } from './faults.ts';
import { nodeIo, StreamOutput } from './node-io.ts';

function sink(fail?: NodeJS.ErrnoException) {
  const writes: string[] = [];
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      writes.push(chunk.toString('utf8'));
      done(fail);
    },
  });
  return { writes, output: new StreamOutput(stream) };
}
const turn = () => new Promise((resolve) => void setImmediate(resolve));

describe('output to a stream', () => {
  it('makes one write of many lines, at the end of the turn', async () => {
    const { writes, output } = sink();
    for (const line of ['a\n', 'b\n', 'c\n']) await output.write(line);
    expect(writes).toEqual([]);
    await turn();
    expect(writes).toEqual(['a\nb\nc\n']);
    expect(output.terminal).toBe(false);
  });

  it('waits for the stream when much is pending, and loses nothing at the end', async () => {
    const { writes, output } = sink();
    await output.write('x'.repeat(70_000));
    expect(writes).toHaveLength(1);
    await output.write('end\n');
    await output.flush();
    await output.flush();
    expect(writes.join('')).toBe(`${'x'.repeat(70_000)}end\n`);
  });

  it('says once that the reader has gone', async () => {
    const { output } = sink(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
    await output.write('x'.repeat(70_000));
    await turn();
    await expect(output.write('more\n')).rejects.toThrow(OutputClosed);
    await output.flush();
  });
});

describe('the process as surroundings', () => {
  it('offers its folder and environment, and is not aborted', async () => {
    const before = process.listeners('SIGINT');
    const io = nodeIo();
    expect([io.cwd, io.signal.aborted, io.env['PATH']]).toEqual([process.cwd(), false, process.env['PATH']]);
    await io.close();
    for (const listener of process.listeners('SIGINT')) if (!before.includes(listener)) process.off('SIGINT', listener);
  });
});
