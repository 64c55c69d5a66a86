import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { manifestDigest, type Manifest } from '../../shared/statements/manifest.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import type { RoundGround } from '../assignments/assignment.ts';
import type { PinnedEpoch } from '../runs/site-runs.ts';
import type { RunSession } from '../runs/run-session.ts';
import type { Cohorts } from './cohorts.ts';
import { assertGround } from './ground.ts';
import type { ManifestChain, ManifestLink } from './manifest-chain.ts';
import { assertManifest, assertParts, type OwnContribution } from './manifest-checks.ts';
import type { SignedManifests } from './signed-manifests.ts';

/** What agreeing to a sum needs of the rest of the agent. */
export interface AgreementTools {
  readonly site: string;
  readonly pinned: PinnedEpoch;
  readonly session: Pick<RunSession, 'plan' | 'tensors'>;
  readonly signed: SignedManifests;
  readonly chain: ManifestChain;
  readonly cohorts: Cohorts;
  /** Cohorts under other rosters that the hospital knew of when it approved this one. */
  readonly acceptedCohorts: readonly (readonly string[])[];
  /** The hospital's own minimum of contributors; the plan's counts as well. */
  readonly minimumContributors: number;
  readonly ownContribution: (part: Part) => Promise<OwnContribution | undefined>;
}

/**
 * Checks the manifests of a round and notes, durably, that this site stands by them; only then may anything be signed
 * or opened. Safe to repeat.
 *
 * @throws all errors of assertGround and assertManifest, policy-contributors, base-already-summed, cohort-changed, manifest-chain-broken
 */
export async function agreeTo(ground: RoundGround, manifests: readonly Manifest[], tools: AgreementTools): Promise<void> {
  const { site, pinned, session, signed, chain, cohorts, acceptedCohorts } = tools;
  assertGround(ground, pinned, session.plan);
  assertParts(ground, manifests);
  const layouts = roundLayouts(session.plan, session.tensors, ground.purpose, ground.parameters);
  const cohort = await cohorts.of(pinned.study, pinned.rosterHash);
  const { minimumContributors } = session.plan.privacy;
  for (const manifest of manifests) {
    const own = await tools.ownContribution(manifest.part);
    assertManifest(manifest, ground, { site, members: pinned.roster.members, minimumContributors, layouts, own, cohort });
    // The coordinator may not have known: the policy can change between a contribution and its sum.
    if (manifest.contributions.length < tools.minimumContributors) throw new ConsiliumError('policy-contributors');
  }
  const links: ManifestLink[] = [];
  for (const manifest of manifests) {
    const { part, round, attempt, purpose, previous } = manifest;
    const sites = manifest.contributions.map((contribution) => contribution.site);
    const digest = manifestDigest(pinned, manifest);
    if (part === 'statistics') await cohorts.fix(pinned.study, pinned.rosterHash, sites, acceptedCohorts);
    await signed.claim({ study: pinned.study, weightsDigest: ground.base.weightsDigest, part, purpose }, { round, attempt, manifest: digest, sites });
    links.push({ part, number: ground.number, manifest: digest, previous });
  }
  await chain.continue(links, pinned.start);
}
