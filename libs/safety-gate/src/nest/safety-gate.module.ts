import { Clock, IdSource } from '@dmitry/kit';
import { Ledger } from '@dmitry/trust-ledger';
import { type DynamicModule, Module, type Provider } from '@nestjs/common';
import {
  Approvals,
  ApproverKeys,
  builtinPolicy,
  Decisions,
  GatePolicies,
  type GatePolicy,
  HaltSwitch,
  SafetyGate,
} from '../core/index.ts';
import { createSafetyGate, type SafetyGateParts } from '../storage/index.ts';

export interface SafetyGateModuleOptions {
  /** What holds until a tenant activates its own policy; null: nothing is allowed until then. @default builtinPolicy */
  readonly policy?: GatePolicy | null;
}

const Parts = Symbol('SafetyGateParts');

const part = (token: symbol, name: keyof SafetyGateParts): Provider => ({
  provide: token,
  inject: [Parts],
  useFactory: (parts: SafetyGateParts) => parts[name],
});

const providersOf = (policy: GatePolicy | null): Provider[] => [
  {
    provide: Parts,
    inject: [Clock, IdSource, Ledger],
    useFactory: (clock: Clock, ids: IdSource, ledger: Ledger) => createSafetyGate({ clock, ids, ledger, policy }),
  },
  part(SafetyGate, 'gate'),
  part(Approvals, 'approvals'),
  part(Decisions, 'decisions'),
  part(ApproverKeys, 'keys'),
  part(HaltSwitch, 'halts'),
  part(GatePolicies, 'policies'),
];

/** Gate, approvals, approver keys, policies and the halt switch, from the app's clock, ids and ledger. Its migrations go to the storage module. */
@Module({})
export class SafetyGateModule {
  static forRoot({ policy = builtinPolicy }: SafetyGateModuleOptions = {}): DynamicModule {
    return {
      module: SafetyGateModule,
      global: true,
      providers: providersOf(policy),
      exports: [SafetyGate, Approvals, Decisions, ApproverKeys, HaltSwitch, GatePolicies],
    };
  }
}
