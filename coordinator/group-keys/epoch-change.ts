import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { isMajority } from '../../shared/statements/member-signature.ts';
import type { EpochStart } from '../../shared/statements/run-statements.ts';
import { runParametersHash } from '../../shared/studies/run-parameters.ts';
import { approvedRoster } from '../rosters/approval.ts';
import type { RecordedRoster } from '../rosters/roster-store.ts';
import { declineText } from '../rounds/decline-text.ts';
import type { Round } from '../rounds/round.ts';
import { standingMembers } from '../runs/standing-members.ts';
import type { Conducting, Step } from '../runs/conducting.ts';
import type { Epoch, ProposedClosing } from './epoch.ts';

/**
 * Between two rounds: when the study has a newer roster that every member approved, the epoch is closed, and the next one
 * begins with a new group key. A run whose roster names a site that is no longer enrolled waits for another roster.
 *
 * @returns nothing when the run goes on as it is
 */
export async function changeEpoch(conducting: Conducting, last: Round | undefined): Promise<Step | undefined> {
  const { store, run } = conducting;
  const epoch = await store.read.epochs.findByRun(run.id);
  if (!epoch) return 'waiting';
  const closing = await store.read.epochs.closing(epoch.number);
  if (closing) return openNextEpoch(conducting, epoch, closing);
  const next = await nextRoster(conducting, epoch);
  if (next) return proposeClosing(conducting, epoch, next, last);
  const gone = await goneMembers(conducting, epoch);
  if (gone.length === 0) return undefined;
  conducting.tell('roster-needed', { gone });
  return 'waiting';
}

/** Names the request to sign how an epoch ends. */
export function closingId({ number }: Epoch): string {
  return `close epoch ${number}`;
}

async function nextRoster({ store, run }: Conducting, epoch: Epoch): Promise<RecordedRoster | undefined> {
  const newest = await store.read.rosters.newest(run.study);
  if (!newest || newest.hash === epoch.rosterHash) return undefined;
  return approvedRoster(store.read, run.study).catch((error: unknown) => {
    // Not every member has approved yet.
    if (asConsiliumError(error).code === 'internal') throw error;
    return undefined;
  });
}

/** Members that were revoked, or enrolled anew with other keys. */
async function goneMembers({ store, run }: Conducting, epoch: Epoch): Promise<string[]> {
  const standing = (await standingMembers(store.read, run.id)).map(({ site }) => site);
  return (await store.read.epochs.members(epoch.number)).map(({ site }) => site).filter((site) => !standing.includes(site));
}

async function proposeClosing({ store, run, clock, tell }: Conducting, epoch: Epoch, roster: RecordedRoster, last: Round | undefined): Promise<Step> {
  const { manifests, modelVersions } = store.read;
  const version = (await modelVersions.newest(run.id))?.digest ?? epoch.start.version;
  const next: EpochStart = {
    round: last ? last.number + 1 : 0,
    version,
    parametersHash: runParametersHash(run.parameters),
    manifests: {
      update: (await manifests.head(run.id, 'update')) || epoch.start.manifests.update,
      statistics: (await manifests.head(run.id, 'statistics')) || epoch.start.manifests.statistics,
    },
  };
  const atMs = clock.nowMs();
  await store.transaction(async ({ epochs, audit }) => {
    await epochs.proposeClosing(epoch.number, { next, nextRosterHash: roster.hash }, atMs);
    const detail = { epoch: epoch.number, nextRosterHash: roster.hash, next };
    await audit.append({ atMs, actor: 'coordinator', action: 'epoch closing', subject: run.id, detail });
  });
  tell('epoch-closing', { epoch: epoch.number, roster: roster.roster.version });
  return 'moved';
}

/** @throws member-declined when so many refuse to sign the end of the epoch that too few are left */
async function openNextEpoch({ store, run, clock, tell }: Conducting, epoch: Epoch, { next, nextRosterHash, signatures }: ProposedClosing): Promise<Step> {
  const members = await store.read.epochs.members(epoch.number);
  if (!isMajority(signatures.length, members.length)) {
    const declined = (await store.read.rounds.declines(run.id)).filter(({ assignment }) => assignment === closingId(epoch));
    if (isMajority(members.length - declined.length, members.length)) return 'waiting';
    throw new ConsiliumError('member-declined', declined.map(declineText).join(' '));
  }
  const recorded = await store.read.rosters.find(run.study, nextRosterHash);
  if (!recorded) return 'waiting';
  const roster = recorded.roster.members.map(({ site }) => site).sort();
  const custodian = roster[epoch.number % roster.length] as string;
  const opened = await store.transaction(async ({ runs, epochs, audit }) => {
    // A person may have stopped the run since it was read.
    if ((await runs.find(run.id))?.state !== 'RUNNING') return undefined;
    const atMs = clock.nowMs();
    const number = await epochs.insert({ run: run.id, rosterHash: nextRosterHash, custodian, groupKeyHash: '', start: next, openedAtMs: atMs }, recorded.roster.members);
    await runs.update(run.id, { state: 'KEYING' });
    const detail = { epoch: number, after: epoch.number, signers: signatures.map(({ site }) => site), rosterHash: nextRosterHash, roster, custodian };
    await audit.append({ atMs, actor: 'coordinator', action: 'epoch opened', subject: run.id, detail });
    return number;
  });
  if (opened !== undefined) tell('epoch-opened', { epoch: opened, roster });
  return 'moved';
}
