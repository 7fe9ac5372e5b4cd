import { appendFileSync } from 'node:fs';

/**
 * Writes log lines to a file. A disk that takes no more lines stops nothing that it does not have to stop: the first line that is lost is
 * said once on standard error, and whatever needs the disk itself reports its own fault.
 */
export function logWriter(
  path: string,
  complain: (text: string) => void = (text) => void process.stderr.write(text),
): (line: string) => void {
  let isLosing = false;
  return (line) => {
    try {
      appendFileSync(path, line, { mode: 0o600 });
      isLosing = false;
    } catch (error) {
      if (!isLosing)
        complain(`dmitry: ${path} takes no more lines (${(error as NodeJS.ErrnoException).code ?? 'write failed'})\n`);
      isLosing = true;
    }
  };
}
