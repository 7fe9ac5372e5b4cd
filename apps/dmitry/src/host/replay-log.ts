import { createSanitizerGuard } from '@dmitry/analyst/sanitizer';
import { isDmitryError } from '@dmitry/kit';
import { type ReplayReport, replayRecording } from '@dmitry/pipeline';
import type { GatePolicy } from '@dmitry/safety-gate';
import { CallFault } from '../cli/faults.ts';
import { openBytes } from '../cli/input.ts';
import type { Io } from '../cli/io.ts';

/** Replays a recording through everything that a deployment runs. @throws CallFault that names the file and the line */
export async function replayLog(path: string, policy: GatePolicy | null, io: Io): Promise<ReplayReport> {
  try {
    const guard = createSanitizerGuard();
    return await replayRecording(openBytes(path, io), policy ? { guard, policy } : { guard });
  } catch (error) {
    throw isDmitryError(error) ? new CallFault(`${path}: ${error.message} (${error.code})`) : error;
  }
}
