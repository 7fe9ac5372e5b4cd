import type { TSchema } from 'typebox';
import { Action, CatalogueEntry } from './action.ts';
import { AdviseRequest, AdviseResponse } from './advise.ts';
import { ChatRequest, ChatResponse } from './chat.ts';
import { CloudEvent } from './cloud-event.ts';
import { Approval, Decision } from './decision.ts';
import { EntityRef } from './entity.ts';
import { Finding, Incident } from './finding.ts';
import { Bundle, LedgerEntry, TrustFile, VerifyReport } from './ledger-entry.ts';
import { OcsfDetectionFinding, OcsfEvent } from './ocsf.ts';
import { TokenClaims } from './principal.ts';
import { ProblemDocument } from './problems.ts';
import { RecordingLine } from './recording.ts';
import { Effect, ExecuteActionRequest, ExecuteActionResponse, Run } from './run.ts';
import { SecurityEvent } from './security-event.ts';
import { ServiceHealth, ServiceHeartbeat, ServiceLiveness, ServiceReadiness } from './service-health.ts';

/** Every schema that is published by name. */
const SCHEMAS: Readonly<Record<string, TSchema>> = {
  Action,
  AdviseRequest,
  AdviseResponse,
  Approval,
  Bundle,
  CatalogueEntry,
  ChatRequest,
  ChatResponse,
  CloudEvent,
  Decision,
  Effect,
  EntityRef,
  ExecuteActionRequest,
  ExecuteActionResponse,
  Finding,
  Incident,
  LedgerEntry,
  OcsfDetectionFinding,
  OcsfEvent,
  ProblemDocument,
  RecordingLine,
  Run,
  SecurityEvent,
  ServiceHealth,
  ServiceHeartbeat,
  ServiceLiveness,
  ServiceReadiness,
  TokenClaims,
  TrustFile,
  VerifyReport,
};

/** Names that `schemaDocument` takes, in alphabetical order. */
export const SCHEMA_NAMES: readonly string[] = Object.keys(SCHEMAS).sort();

const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

/** A JSON Schema (2020-12) by its name, however it is spelled (`LedgerEntry`, `ledger-entry`); null where there is none. */
export function schemaDocument(name: string): Readonly<Record<string, unknown>> | null {
  const known = SCHEMA_NAMES.find((one) => plain(one) === plain(name));
  const schema = known === undefined ? undefined : SCHEMAS[known];
  if (!schema) return null;
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: known, ...schemaBody(schema) };
}

/** A schema as plain JSON: what TypeBox keeps beside it for itself stays behind. */
export const schemaBody = (schema: TSchema): Readonly<Record<string, unknown>> =>
  JSON.parse(JSON.stringify(schema)) as Record<string, unknown>;
