/**
 * How far an entry's time may lie behind that of an entry before it in the log. Clocks of several processes differ by less, and a
 * transaction does not stay open so long; a clock that is set back to write into the past shows.
 */
export const CLOCK_TOLERANCE_MS = 60_000;

/** Follows the times of entries in the order of the log. */
export class ClockWatch {
  private latestMs = -Infinity;

  /** @returns by how much the entry claims to be older than one before it, ms, or 0 when that is within what is tolerated */
  see(time: string): number {
    const timeMs = Date.parse(time);
    const behindMs = this.latestMs - timeMs;
    this.latestMs = Math.max(this.latestMs, timeMs);
    return behindMs > CLOCK_TOLERANCE_MS ? behindMs : 0;
  }
}
