/** What a payload is to the coordinator. */
export const payloadKinds = ['contribution', 'aggregate', 'opened-sum', 'model'] as const;
export type PayloadKind = (typeof payloadKinds)[number];

/** Something in the database that names a payload. */
export interface PayloadReference {
  /** SHA-256, hex. */
  readonly digest: string;
  readonly kind: PayloadKind;
  /** When the round that it belongs to ended; null while that is under way, and for initial models, which have none. */
  readonly roundEndedAtMs: number | null;
}

export interface PayloadReferenceStore {
  /** Everything that names a payload; one payload may be named more than once. */
  list(): Promise<PayloadReference[]>;
}

/**
 * Which payloads are needed, by digest. Contributions and aggregates serve their round, and may be looked into for a while
 * after. Opened sums and models are what the evidence of a run is replayed from.
 */
export function neededPayloads(references: readonly PayloadReference[], { keepContributionsMs, nowMs }: { keepContributionsMs: number; nowMs: number }): Map<string, PayloadKind> {
  const isNeeded = ({ kind, roundEndedAtMs }: PayloadReference) =>
    kind === 'opened-sum' || kind === 'model' || roundEndedAtMs === null || nowMs < roundEndedAtMs + keepContributionsMs;
  return new Map(references.filter(isNeeded).map(({ digest, kind }) => [digest, kind]));
}
