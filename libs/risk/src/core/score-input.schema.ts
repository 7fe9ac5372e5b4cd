import { type Parsed, parseWith, Severity, stringEnum } from '@dmitry/contracts';
import { type Static, Type } from 'typebox';

const Unit = Type.Number({ minimum: 0, maximum: 1 });
const Criticality = Type.Union([Unit, stringEnum(['low', 'medium', 'high', 'critical'])]);

/**
 * A finding (it has a `level`) or a vulnerability (it has none) to be scored. All facts are optional: what is missing lowers the
 * confidence and is named. Members it does not know are left alone.
 */
export const ScoreInput = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 512 }),
  /** Level of the rule that made the finding; `severity` is taken as the same. */
  level: Type.Optional(Severity),
  severity: Type.Optional(Severity),
  techniques: Type.Optional(Type.Array(Type.String(), { maxItems: 1_000 })),
  /** Events that the finding rests on. */
  count: Type.Optional(Type.Integer({ minimum: 0 })),
  /** Facts of PDRI about the entity, 0-1. */
  exposure: Type.Optional(Type.Union([Unit, Type.Null()])),
  sensitivity: Type.Optional(Type.Union([Unit, Type.Null()])),
  volatility: Type.Optional(Type.Union([Unit, Type.Null()])),
  criticality: Type.Optional(Type.Union([Criticality, Type.Null()])),
  cve: Type.Optional(Type.String({ maxLength: 64 })),
  /** CVSS vectors; the highest base score counts. */
  cvss: Type.Optional(
    Type.Array(Type.Union([Type.String({ maxLength: 512 }), Type.Number({ minimum: 0, maximum: 10 })]), {
      maxItems: 16,
    }),
  ),
  epss: Type.Optional(Type.Union([Unit, Type.Null()])),
  /** Whether it is known to be exploited. */
  kev: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
  ssvc: Type.Optional(
    Type.Object({
      exploitation: Type.Optional(Type.String()),
      automatable: Type.Optional(Type.String()),
      technical_impact: Type.Optional(Type.String()),
    }),
  ),
  asset: Type.Optional(
    Type.Object({
      exposure: Type.Optional(Unit),
      criticality: Type.Optional(Criticality),
      internet_facing: Type.Optional(Type.Boolean()),
    }),
  ),
  /** Ledger entry ids per term. */
  evidence: Type.Optional(Type.Record(Type.String(), Type.Array(Type.String()))),
});
export type ScoreInput = Static<typeof ScoreInput>;

/** Checks an input; every fault has a JSON pointer. */
export const parseScoreInput = (value: unknown): Parsed<ScoreInput> => parseWith(ScoreInput, value);
