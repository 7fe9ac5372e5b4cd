import { hash } from 'node:crypto';

/** C2SP tlog-witness, Monitor Retrieval: how a log is named in the address of its newest cosigned checkpoint. */
export const originHash = (origin: string): string => hash('sha256', origin, 'hex');
