/**
 * Called between any two steps, and inside transactions, with the point's name. A crash suite ends the process there; everybody else
 * leaves it out.
 */
export type KillPoint = (name: string) => void | Promise<void>;
export const noKillPoint: KillPoint = () => undefined;
