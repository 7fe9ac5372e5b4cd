import type { KillPoint } from '@dmitry/workflow';

/**
 * `name:count`: the process ends itself the counted time that it comes by the named point, as the loss of its machine would: no handler
 * runs, nothing is flushed, the transaction that is open stays open until the server notices.
 */
export function killPointOf(text: string, end: () => void = () => process.kill(process.pid, 'SIGKILL')): KillPoint {
  const [wanted, count] = text.split(':');
  let left = Number(count);
  return (name) => {
    if (name !== wanted) return;
    left -= 1;
    if (left === 0) end();
  };
}
