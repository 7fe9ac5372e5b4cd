import {
  approvalApproveCommand,
  approvalDenyCommand,
  approvalListCommand,
  approvalShowCommand,
} from '../commands/approval.ts';
import { asyncapiCommand } from '../commands/asyncapi.ts';
import { completionCommand } from '../commands/completion.ts';
import { correlateCommand } from '../commands/correlate.ts';
import { demoCommand } from '../commands/demo.ts';
import { detectCommand } from '../commands/detect.ts';
import { doctorCommand } from '../commands/doctor.ts';
import { gateDecideCommand } from '../commands/gate-decide.ts';
import { haltCommand, resumeCommand } from '../commands/halt.ts';
import { ledgerCheckpointCommand } from '../commands/ledger-checkpoint.ts';
import { ledgerExportCommand } from '../commands/ledger-export.ts';
import { ledgerFsckCommand } from '../commands/ledger-fsck.ts';
import { ledgerProveCommand } from '../commands/ledger-prove.ts';
import { normaliseCommand } from '../commands/normalise.ts';
import { openapiCommand } from '../commands/openapi.ts';
import { scanCommand } from '../commands/scan.ts';
import { replayCommand } from '../commands/replay.ts';
import { schemaCommand } from '../commands/schema.ts';
import { scoreCommand } from '../commands/score.ts';
import { startCommand } from '../commands/start.ts';
import { tokenCommand } from '../commands/token.ts';
import { verifyCommand } from '../commands/verify.ts';
import type { Command } from './command.ts';

/** Every command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  demoCommand,
  startCommand,
  doctorCommand,
  normaliseCommand,
  detectCommand,
  correlateCommand,
  scoreCommand,
  scanCommand,
  gateDecideCommand,
  replayCommand,
  verifyCommand,
  ledgerFsckCommand,
  ledgerCheckpointCommand,
  ledgerProveCommand,
  ledgerExportCommand,
  tokenCommand,
  approvalListCommand,
  approvalShowCommand,
  approvalApproveCommand,
  approvalDenyCommand,
  haltCommand,
  resumeCommand,
  openapiCommand,
  asyncapiCommand,
  schemaCommand,
  completionCommand(() => COMMANDS),
];
