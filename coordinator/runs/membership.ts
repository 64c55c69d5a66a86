import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { EpochIdentity } from '../../shared/statements/run-statements.ts';
import type { Epoch, EpochMember, EpochStore } from '../group-keys/epoch.ts';
import type { RunContext } from './run-context.ts';
import type { SiteStore } from '../sites/site-store.ts';
import { isStanding } from './standing-members.ts';
import { hasRunEnded, type Run, type RunStore } from './run.ts';

/** A run as one of its members sees it. */
export interface Membership {
  readonly run: Run;
  readonly epoch: Epoch;
  readonly members: readonly EpochMember[];
  readonly member: EpochMember;
}

/**
 * The membership of a site in a run.
 * @throws run-not-found, run-ended, not-a-member also for a site that was revoked or enrolled anew since the run started
 */
export async function membershipOf(tables: { readonly runs: RunStore; readonly epochs: EpochStore; readonly sites: Pick<SiteStore, 'find'> }, runId: string, site: string): Promise<Membership> {
  const run = await tables.runs.find(runId);
  const epoch = run && (await tables.epochs.findByRun(run.id));
  if (!run || !epoch) throw new ConsiliumError('run-not-found', `It was asked for ${runId}.`);
  const members = await tables.epochs.members(epoch.number);
  const member = members.find((candidate) => candidate.site === site);
  if (!member) throw new ConsiliumError('not-a-member', `The run is ${runId}.`);
  if (!isStanding(member, await tables.sites.find(site))) {
    throw new ConsiliumError('not-a-member', `Its place on the roster of ${runId} is lost: the site was revoked, or enrolled anew with other keys.`);
  }
  if (hasRunEnded(run)) throw new ConsiliumError('run-ended', `The run is ${runId}.`);
  return { run, epoch, members, member };
}

/** What everything sealed or signed in an epoch is bound to. */
export function identityOf(federation: string, { study }: RunContext, { run, epoch }: Pick<Membership, 'run' | 'epoch'>): EpochIdentity {
  return { federation, study: study.name, planHash: study.planHash, run: run.id, epoch: epoch.number, rosterHash: epoch.rosterHash, start: epoch.start };
}
