import type { Store } from '../../coordinator/store/store.ts';

/** What a run came to, without what differs from run to run: times, keys, nonces and what follows from them. */
export interface RunRecord {
  readonly state: string;
  readonly reason: string;
  /** In the order of rounds: purpose, fate, who is in each part's sum, and the digests of the opened sums. */
  readonly rounds: readonly string[];
  /** Oldest first: SHA-256 of the weights and of the server optimiser's state, and the pooled evaluation. */
  readonly models: readonly string[];
}

export async function runRecord({ runs, rounds, manifests, decryptions, modelVersions }: Store['read'], run: string): Promise<RunRecord> {
  const { state, reason } = (await runs.find(run))!;
  const roundLines: string[] = [];
  for (const round of await rounds.list(run)) {
    const summed = (await manifests.list(round.id)).map(({ manifest: { part, contributions } }) => `${part} of ${contributions.map(({ site }) => site).toSorted().join('+')}`);
    const opened = new Set((await decryptions.list(round.id)).flatMap(({ answer }) => (answer ? [`${answer.sumDigests.update ?? ''}/${answer.sumDigests.statistics ?? ''}`] : [])));
    roundLines.push([round.number, round.purpose, round.state, ...summed, 'opened', ...opened].join(' '));
  }
  const models: string[] = [];
  for (const { number, weightsDigest, optimiserStateDigest, sumDigest, digest } of await modelVersions.list(run)) {
    models.push([number, weightsDigest, optimiserStateDigest, sumDigest, JSON.stringify(await modelVersions.evaluation(digest))].join(' '));
  }
  return { state, reason, rounds: roundLines, models };
}

/** In what a run differs from the undisturbed one. */
export function differences(record: RunRecord, reference: RunRecord): string[] {
  const lines = (of: RunRecord) => [of.state, ...of.rounds, ...of.models];
  const [found, expected] = [lines(record), lines(reference)];
  return Array.from({ length: Math.max(found.length, expected.length) }, (_, at) => at)
    .filter((at) => found[at] !== expected[at])
    .map((at) => `It has "${found[at] ?? 'nothing'}", undisturbed "${expected[at] ?? 'nothing'}".`);
}
