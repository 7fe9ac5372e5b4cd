/** What PDRI's scoring A reads off its graph for one entity (domain 8.6). Volumes in bytes. */
export interface PdriFactsA {
  readonly name: string;
  readonly id?: string;
  /** Neighbours that are External or AITool, and edges EXPOSES or INTEGRATES_WITH. */
  readonly external_neighbors: number;
  readonly exposing_edges: number;
  readonly stored_ai_count?: number;
  readonly ai_neighbors: number;
  readonly volume_bytes: number;
  readonly privilege_level?: string;
  readonly has_manages_edge?: boolean;
  readonly is_public?: boolean;
  /** Neither public nor internal is unknown and counts half. @default true */
  readonly is_internal?: boolean;
  readonly classification?: string;
  readonly tags: readonly string[];
  /** Parts of volatility, 0-1, and past scores. */
  readonly connection_change?: number;
  readonly access_change?: number;
  readonly past_scores?: readonly number[];
}

export interface PdriScore {
  readonly exposure: number;
  readonly sensitivity: number;
  readonly volatility: number;
  readonly composite: number;
  readonly factors: Readonly<Record<string, number>>;
}

const MB = 1_000_000;
const capped = (value: number): number => Math.min(1, Math.max(0, value));
const wordOf = (table: Readonly<Record<string, number>>, word: string | undefined, otherwise: number): number =>
  word !== undefined && Object.hasOwn(table, word.toLowerCase()) ? (table[word.toLowerCase()] ?? otherwise) : otherwise;

const NAME_WORDS = [
  'customer',
  'user',
  'patient',
  'employee',
  'personal',
  'private',
  'confidential',
  'secret',
  'credential',
  'password',
  'auth',
  'payment',
  'financial',
  'transaction',
  'account',
  'ssn',
  'social security',
  'credit card',
  'bank',
  'health',
  'medical',
  'diagnosis',
  'insurance',
  'salary',
  'tax',
  'pii',
  'phi',
  'hipaa',
  'gdpr',
];
const CLASSIFICATION_A: Readonly<Record<string, number>> = {
  confidential: 1,
  secret: 1,
  top_secret: 1,
  restricted: 1,
  pii: 1,
  phi: 1,
  financial: 1,
  regulated: 1,
  internal: 0.5,
  private: 0.5,
  public: 0.1,
  unclassified: 0.1,
};
const PRIVILEGE_A: Readonly<Record<string, number>> = { read: 0.2, write: 0.4, admin: 0.7, super_admin: 1 };
const STRONG_TAGS = ['financial_related', 'health_related', 'identity_related'];

function volumeA(bytes: number): number {
  if (bytes >= 100 * MB) return 1;
  return bytes >= 10 * MB ? 0.5 + (bytes - 10 * MB) / (200 * MB) : bytes / (20 * MB);
}

function privilegeA(facts: PdriFactsA): number {
  if (facts.has_manages_edge === true) return 0.8;
  return facts.privilege_level === undefined ? 0 : wordOf(PRIVILEGE_A, facts.privilege_level, 0.5);
}

function sensitivityA(facts: PdriFactsA): number {
  const text = `${facts.name} ${facts.id ?? ''}`.toLowerCase();
  const hits = NAME_WORDS.filter((word) => text.includes(word)).length;
  const strong = facts.tags.filter((tag) => STRONG_TAGS.includes(tag)).length;
  const parts = [
    [0, 0.5, 0.8, 1][Math.min(3, hits)] ?? 1,
    wordOf(CLASSIFICATION_A, facts.classification, 0.3),
    strong > 0 ? capped(0.5 + 0.1 * strong) : facts.tags.length > 0 ? 0.3 : 0,
  ];
  return 0.7 * Math.max(...parts) + (0.3 * parts.reduce((sum, part) => sum + part, 0)) / parts.length;
}

/** "Recent integration" is never computed there and is 0, so this cannot pass .7, nor .85 with history. */
function volatilityA(facts: PdriFactsA): number {
  const change = 0.4 * capped(facts.connection_change ?? 0) + 0.3 * capped(facts.access_change ?? 0);
  const past = facts.past_scores ?? [];
  if (past.length < 2) return change;
  const mean = past.reduce((sum, score) => sum + score, 0) / past.length;
  const variance = past.reduce((sum, score) => sum + (score - mean) ** 2, 0) / past.length;
  return (change + capped(variance / 0.25)) / 2;
}

/** Scoring A, as PDRI computes it: 0-1 on the scale `pdri-score`. Kept with its quirks, so that its numbers can be checked. */
export function pdriScoreA(facts: PdriFactsA): PdriScore {
  const factors = {
    external_connection: capped((facts.external_neighbors + 0.5 * facts.exposing_edges) / 10),
    ai_integration: capped(((facts.stored_ai_count ?? 0) + facts.ai_neighbors) / 3),
    data_volume: capped(volumeA(facts.volume_bytes)),
    privilege: capped(privilegeA(facts)),
    public: facts.is_public === true ? 1 : (facts.is_internal ?? true) ? 0 : 0.5,
  };
  const sum =
    0.25 * factors.external_connection +
    0.3 * factors.ai_integration +
    0.2 * factors.data_volume +
    0.15 * factors.privilege +
    0.15 * factors.public;
  const exposure = capped((1.2 * sum) / 1.15);
  const sensitivity = capped(sensitivityA(facts));
  const volatility = capped(volatilityA(facts));
  return {
    exposure,
    sensitivity,
    volatility,
    composite: 0.5 * exposure + 0.3 * volatility + 0.2 * sensitivity,
    factors,
  };
}

/** What PDRI's scoring B reads from its tables for one entity (domain 8.7). */
export interface PdriFactsB {
  readonly name: string;
  readonly external_edges: number;
  readonly ai_edges: number;
  readonly bytes_7d: number;
  readonly privilege_level?: string;
  readonly is_public?: boolean;
  readonly classification?: string;
  readonly tags: readonly string[];
  readonly edges: number;
  readonly new_edges_7d: number;
  readonly new_access_edges_7d: number;
  /** 0-1. */
  readonly confidence: number;
}

const PRIVILEGE_B: Readonly<Record<string, number>> = {
  read: 0.2,
  write: 0.4,
  execute: 0.5,
  admin: 0.7,
  super_admin: 1,
};
const CLASSIFICATION_B: Readonly<Record<string, number>> = {
  public: 0,
  internal: 0.3,
  confidential: 0.7,
  restricted: 1,
  secret: 1,
  top_secret: 1,
};

/** Scoring B: 0-1 on the scale `pdri-score`. Its history part is constant 0 there, and so here. */
export function pdriScoreB(facts: PdriFactsB): PdriScore {
  const factors = {
    external: capped(facts.external_edges / 10),
    ai: capped(facts.ai_edges / 5),
    volume: capped(facts.bytes_7d / (100 * MB)),
    privilege: facts.privilege_level === undefined ? 0 : wordOf(PRIVILEGE_B, facts.privilege_level, 0.3),
    public: facts.is_public === true ? 1 : 0,
  };
  const exposure = capped(
    1.2 *
      (0.25 * factors.external +
        0.3 * factors.ai +
        0.2 * factors.volume +
        0.15 * factors.privilege +
        0.1 * factors.public),
  );
  const named = NAME_WORDS.some((word) => facts.name.toLowerCase().includes(word)) ? 0.8 : 0;
  const sensitivity = capped(
    0.3 * named + 0.4 * wordOf(CLASSIFICATION_B, facts.classification, 0.3) + 0.3 * capped(0.3 * facts.tags.length),
  );
  const share = facts.edges > 0 ? facts.new_edges_7d / facts.edges : 0;
  const volatility = capped(0.3 * capped(share) + 0.2 * capped(facts.new_access_edges_7d / 3));
  const composite = 0.45 * exposure + 0.3 * sensitivity + 0.15 * volatility + 0.1 * (1 - capped(facts.confidence));
  return { exposure, sensitivity, volatility, composite, factors };
}
