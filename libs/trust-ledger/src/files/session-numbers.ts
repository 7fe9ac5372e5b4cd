import type { Tx } from '@dmitry/storage';

interface Session {
  next: number;
  sealed: boolean;
  /** The transaction that holds its numbers. */
  holder: { readonly tx: Tx; readonly ended: Promise<void> } | null;
}

type Held = () => void;

/**
 * Numbers of sessions. A transaction holds those that it took until it rolls back or has its place in the journal: whoever takes the next
 * ones comes behind it there, and is not on the disk before it.
 */
export class SessionNumbers {
  private readonly sessions = new Map<string, Session>();
  private readonly held = new WeakMap<Tx, { give: Held; back: Held }[]>();

  /** @returns the first number, or null when the session is sealed, or is to be sealed and has no entries */
  async take(tx: Tx, id: string, count: number, seal: boolean): Promise<number | null> {
    const session = this.sessions.get(id) ?? { next: 0, sealed: false, holder: null };
    while (session.holder && session.holder.tx !== tx) await session.holder.ended;
    if (session.sealed || (seal && session.next === 0)) return null;
    this.sessions.set(id, session);
    if (!session.holder) this.hold(tx, session);
    const first = session.next;
    session.next += count;
    session.sealed = seal;
    return first;
  }

  private hold(tx: Tx, session: Session): void {
    const before = { next: session.next, sealed: session.sealed };
    const { promise, resolve } = Promise.withResolvers<void>();
    session.holder = { tx, ended: promise };
    const give = (): void => {
      session.holder = null;
      resolve();
    };
    const back = (): void => {
      Object.assign(session, before);
      give();
    };
    const list = this.held.get(tx) ?? [];
    list.push({ give, back });
    this.held.set(tx, list);
  }

  /** The transaction keeps what it took, and others may go on. */
  release(tx: Tx): void {
    for (const { give } of this.held.get(tx) ?? []) give();
    this.held.delete(tx);
  }

  giveBack(tx: Tx): void {
    for (const { back } of this.held.get(tx) ?? []) back();
    this.held.delete(tx);
  }

  /** An entry that was found in the journal. */
  found(id: string, seq: number, seal: boolean): void {
    this.sessions.set(id, { next: seq + 1, sealed: seal, holder: null });
  }
}
