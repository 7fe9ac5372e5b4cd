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
import { dlqListCommand, dlqReplayCommand, dlqShowCommand } from '../commands/dead-letters.ts';
import { detectCommand } from '../commands/detect.ts';
import { doctorCommand } from '../commands/doctor.ts';
import { gateDecideCommand } from '../commands/gate-decide.ts';
import { haltCommand, resumeCommand } from '../commands/halt.ts';
import { ledgerCheckpointCommand } from '../commands/ledger-checkpoint.ts';
import { ledgerExportCommand } from '../commands/ledger-export.ts';
import { ledgerFsckCommand } from '../commands/ledger-fsck.ts';
import { ledgerMonitorCommand } from '../commands/ledger-monitor.ts';
import { ledgerPruneCommand } from '../commands/ledger-prune.ts';
import { ledgerProveCommand } from '../commands/ledger-prove.ts';
import { ledgerRotateKeyCommand } from '../commands/ledger-rotate-key.ts';
import { normaliseCommand } from '../commands/normalise.ts';
import { openapiCommand } from '../commands/openapi.ts';
import {
  runCancelCommand,
  runExplainCommand,
  runListCommand,
  runResolveCommand,
  runShowCommand,
} from '../commands/run.ts';
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
  ledgerMonitorCommand,
  ledgerPruneCommand,
  ledgerRotateKeyCommand,
  tokenCommand,
  approvalListCommand,
  approvalShowCommand,
  approvalApproveCommand,
  approvalDenyCommand,
  runListCommand,
  runShowCommand,
  runExplainCommand,
  runCancelCommand,
  runResolveCommand,
  haltCommand,
  resumeCommand,
  dlqListCommand,
  dlqShowCommand,
  dlqReplayCommand,
  openapiCommand,
  asyncapiCommand,
  schemaCommand,
  completionCommand(() => COMMANDS),
];
