import { ciphertextCount } from '../../shared/layouts/lane-packing.ts';
import { laneShape, layoutFingerprint, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import { manifestDigest, type Manifest } from '../../shared/statements/manifest.ts';
import { runParametersHash } from '../../shared/studies/run-parameters.ts';
import type { Contribution } from '../contributions/contribution.ts';
import { contributionsToSum } from '../manifests/round-manifests.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import { identityOf } from '../runs/membership.ts';
import { explainFailedSum } from './failed-sum.ts';
import type { Round } from './round.ts';
import { moveRound } from './round-transition.ts';

/** Writes the sums of a closed round to disk, and draws up the manifests that say what is in them. */
export async function aggregateRound(conducting: Conducting, round: Round, contributors: readonly string[]): Promise<Step> {
  const { store, spools, sums, clock, run, context, federation } = conducting;
  const epoch = await store.read.epochs.findByRun(run.id);
  if (!epoch) return 'waiting';
  const cohort = await store.read.manifests.cohort(run.study, epoch.rosterHash);
  const toSum = contributionsToSum(round, await store.read.contributions.list(round.id), contributors, cohort);
  const layouts = context.layouts(run, round.purpose);
  const manifests: Manifest[] = [];
  for (const [part, contributions] of toSum) {
    const layout = layouts.get(part) as VectorLayout;
    const summing = sums.aggregate({ round: round.id, part, ciphertexts: ciphertextCount(laneShape(layout)) }, contributions.map(({ digest }) => digest));
    const aggregateDigest = await summing.catch((failure: unknown) => explainFailedSum(conducting, round, contributions, failure));
    const previous = (await store.read.manifests.head(run.id, part)) || epoch.start.manifests[part];
    manifests.push({
      round: round.id,
      attempt: round.attempt,
      purpose: round.purpose,
      part,
      layoutFingerprint: layoutFingerprint(layout),
      parametersHash: runParametersHash(run.parameters),
      base: round.baseVersion,
      contributions: contributions.map(({ site, digest, nonce, tag }) => ({ site, digest, nonce, tag })),
      aggregateDigest,
      previous,
    });
  }
  const identity = identityOf(federation, context, { run, epoch });
  const named = manifests.map((manifest) => ({ manifest, digest: manifestDigest(identity, manifest) }));
  await store.transaction(async (tables) => {
    for (const { manifest, digest } of named) await tables.manifests.insert(manifest, digest);
    const opened = toSum.get('statistics');
    if (opened && !cohort) await tables.manifests.fixCohort(run.study, epoch.rosterHash, sitesOf(opened));
    await moveRound(tables, round, 'AGGREGATED', { atMs: clock.nowMs(), detail: { manifests: named.map(({ manifest: { part, aggregateDigest }, digest }) => ({ part, aggregateDigest, digest })), closed: closedParts(layouts, toSum) } });
  });
  sums.discard(round.id);
  await spools.discard(round.id);
  return 'moved';
}

function sitesOf(contributions: readonly Contribution[]): string[] {
  return contributions.map(({ site }) => site).sort();
}

function closedParts(layouts: ReadonlyMap<Part, VectorLayout>, opened: ReadonlyMap<Part, unknown>): Part[] {
  return [...layouts.keys()].filter((part) => !opened.has(part));
}
