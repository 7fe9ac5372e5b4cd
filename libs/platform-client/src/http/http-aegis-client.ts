import {
  AegisAccepted,
  type AegisIncident,
  AegisIncidentReply,
  AegisPolicies,
  type AegisRiskSummary,
  AegisThreats,
} from '@dmitry/contracts';
import type { CallContext, OutboundClient } from '@dmitry/outbound';
import { type AegisClient, shapeReader } from '../core/index.ts';
import { Neighbour } from './neighbour.ts';
import { queryOf } from './request-path.ts';

const MAX_THREATS = 500;

/** Aegis over HTTP. */
export const createAegisClient = (outbound: OutboundClient): AegisClient => new HttpAegisClient(outbound);

class HttpAegisClient implements AegisClient {
  private readonly aegis: Neighbour;

  constructor(outbound: OutboundClient) {
    this.aegis = new Neighbour(outbound, '/health');
  }

  reportIncident(context: CallContext, incident: AegisIncident) {
    return this.aegis.send(context, {
      kind: 'unsafe',
      method: 'POST',
      operation: 'incidents.report',
      path: '/api/v1/incidents',
      body: incident,
      read: shapeReader(AegisIncidentReply),
    });
  }

  sendRiskSummary(context: CallContext, summary: AegisRiskSummary) {
    return this.aegis.send(context, {
      kind: 'unsafe',
      method: 'POST',
      operation: 'integrations.risk_summary',
      path: '/api/v1/integrations/risk-summary',
      body: summary,
      read: shapeReader(AegisAccepted),
    });
  }

  threatIntel(context: CallContext, options: { readonly since?: string; readonly limit?: number } = {}) {
    const limit = Math.min(MAX_THREATS, Math.max(1, Math.trunc(options.limit ?? 100)));
    return this.aegis.read(context, {
      operation: 'threat_intel.list',
      path: `/api/v1/threat-intel${queryOf({ since: options.since, limit })}`,
      schema: AegisThreats,
      partialReason: (threats) => (threats.length >= limit ? 'limit_reached' : null),
    });
  }

  latestPolicies(context: CallContext) {
    return this.aegis.read(context, {
      operation: 'policies.latest',
      path: '/api/v1/policies/latest',
      schema: AegisPolicies,
    });
  }

  health(signal?: AbortSignal) {
    return this.aegis.health(signal);
  }
}
