import { DmitryError } from '@dmitry/kit';

/** @throws DmitryError `host.port_unavailable` when the port is another's, or not for this user */
export async function listening(port: number, listen: () => Promise<unknown>): Promise<void> {
  try {
    await listen();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES') throw error;
    const why = code === 'EACCES' ? 'may not be taken by this user' : 'is in use by another process';
    throw new DmitryError(
      'host.port_unavailable',
      `port ${port} ${why}: give another with --port, or 0 for a free one`,
      {
        cause: error,
      },
    );
  }
}
