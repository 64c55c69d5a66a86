import { layoutFingerprint } from '../../shared/layouts/vector-layout.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { SealedBox } from '../../shared/statements/run-statements.ts';
import type { ClosedEpoch } from '../../shared/statements/epoch-closing.ts';
import { roundIdOf } from '../../shared/studies/round-number.ts';
import { trainingRoundOf } from '../../shared/studies/round-purpose.ts';
import { contributorsOf, offerId } from '../rounds/round-closing.ts';
import { agreedOutcome, type SignedOutcome } from '../decryptions/agreed-outcome.ts';
import { closingId } from '../group-keys/epoch-change.ts';
import type { Epoch, ProposedClosing } from '../group-keys/epoch.ts';
import { keyWorkId } from '../group-keys/group-key-wait.ts';
import { agreementId } from '../rounds/round-agreement.ts';
import { decryptionId } from '../rounds/round-decryption.ts';
import { takesContributions } from '../rounds/round-states.ts';
import type { Round } from '../rounds/round.ts';
import type { RunContext, RunContexts } from '../runs/run-context.ts';
import type { RunTables } from '../runs/run-tables.ts';
import { hasRunEnded, type Run } from '../runs/run.ts';
import { standingMembers } from '../runs/standing-members.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { Assignment, EpochDescription, KeyingDescription, RoundDescription } from './assignment.ts';

/** Reads from the state what a site has to do now. Nothing is remembered: the state alone says what is open. */
export class Assignments {
  readonly #store: UnitOfWork<RunTables>;
  readonly #contexts: RunContexts;

  constructor(store: UnitOfWork<RunTables>, contexts: RunContexts) {
    this.#store = store;
    this.#contexts = contexts;
  }

  /** @param heldRuns runs of which the site still holds keys; it is told which of them have ended, or are not known after a restore from a backup */
  async openFor(site: string, heldRuns: Iterable<string>): Promise<Assignment[]> {
    const assignments: Assignment[] = [];
    for (const { hash, roster } of await this.#store.read.rosters.undecided(site)) {
      assignments.push({ id: `propose ${roster.study} roster ${hash}`, kind: 'study-proposal', roster });
    }
    for (const run of await this.#store.read.runs.active()) assignments.push(...(await this.#ofRun(site, run.id)));
    for (const id of heldRuns) {
      const run = await this.#store.read.runs.find(id);
      if (!run || (await this.#hasLeft(site, run))) assignments.push({ id: `end ${id}`, kind: 'run-end', run: id });
    }
    return assignments;
  }

  /** Whether the run has ended for a site that was a member of it: for everybody, or because its newest epoch is without the site. */
  async #hasLeft(site: string, run: Run): Promise<boolean> {
    const { epochs } = this.#store.read;
    const isMember = async ({ number }: Epoch) => (await epochs.members(number)).some((member) => member.site === site);
    const newest = await epochs.findByRun(run.id);
    if (!newest) return false;
    if (await isMember(newest)) return hasRunEnded(run);
    for (let epoch = await epochs.before(newest); epoch; epoch = await epochs.before(epoch)) if (await isMember(epoch)) return true;
    return false;
  }

  async #ofRun(site: string, runId: string): Promise<Assignment[]> {
    const run = await this.#store.read.runs.find(runId);
    const epoch = run && (await this.#store.read.epochs.findByRun(runId));
    if (!run || !epoch) return [];
    const members = await this.#store.read.epochs.members(epoch.number);
    const context = await this.#contexts.of(run.study);
    const description: EpochDescription = { study: context.study, run, epoch, members };
    if (!(await standingMembers(this.#store.read, run.id)).some((member) => member.site === site)) return [];
    if (run.state === 'KEYING') return this.#keyingWork(site, description);
    const closing = await this.#store.read.epochs.closing(epoch.number);
    return closing ? this.#closingWork(site, description, closing) : this.#roundWork(site, description, context);
  }

  async #closingWork(site: string, description: EpochDescription, closing: ProposedClosing): Promise<Assignment[]> {
    const { study, run, epoch } = description;
    if (closing.signatures.some((signature) => signature.site === site)) return [];
    const recorded = await this.#store.read.rosters.find(study.name, closing.nextRosterHash);
    if (!recorded) throw new ConsiliumError('roster-missing', `Epoch ${epoch.number} ends with it.`);
    const last = await this.#store.read.rounds.newest(run.id);
    const outcome = last && closing.next.round > epoch.start.round ? await this.#outcomeOf(last) : undefined;
    return [{ id: closingId(epoch), kind: 'epoch-closing', next: closing.next, nextRoster: recorded.roster, outcome, ...description }];
  }

  async #keyingWork(site: string, description: EpochDescription): Promise<Assignment[]> {
    const { study, epoch } = description;
    const recorded = await this.#store.read.rosters.find(study.name, epoch.rosterHash);
    if (!recorded) throw new ConsiliumError('roster-missing', `Epoch ${epoch.number} was made for it.`);
    const box = await this.#store.read.epochs.box(epoch.number, site);
    return keyingWork(site, { ...description, roster: recorded.roster, closed: await this.#closedBefore(epoch) }, box);
  }

  async #roundWork(site: string, offered: EpochDescription, context: RunContext): Promise<Assignment[]> {
    const round = await this.#store.read.rounds.newest(offered.run.id);
    // Read again after the round: its parameters may be the result of the round before.
    const run = round && (await this.#store.read.runs.find(round.run));
    if (!round || !run) return [];
    const description = { ...offered, run };
    const declined = (await this.#store.read.rounds.declines(round.run)).filter((decline) => decline.site === site).map(({ assignment }) => assignment);
    if (takesContributions(round.state) && !declined.includes(offerId(round))) {
      const contributors = contributorsOf(round, await this.#store.read.contributions.list(round.id));
      if (contributors.includes(site)) return [];
      return [{ id: offerId(round), kind: 'round', ...(await this.#describe(round, description, context)) }];
    }
    if (round.state === 'AGGREGATED' && !declined.includes(agreementId(round))) return this.#coSignature(site, round, description, context);
    if (round.state !== 'DECRYPTING' || declined.includes(decryptionId(round))) return [];
    const decryption = (await this.#store.read.decryptions.list(round.id)).find((asked) => asked.site === site && asked.answer === null);
    if (!decryption) return [];
    const { returnSums } = decryption;
    const manifests = await this.#store.read.manifests.list(round.id);
    return [{ id: decryptionId(round), kind: 'decryption', returnSums, manifests, ...(await this.#describe(round, description, context)) }];
  }

  async #coSignature(site: string, round: Round, description: EpochDescription, context: RunContext): Promise<Assignment[]> {
    const manifests = await this.#store.read.manifests.list(round.id);
    if (manifests.every(({ signatures }) => signatures.some((signature) => signature.site === site))) return [];
    return [{ id: agreementId(round), kind: 'co-signature', manifests, ...(await this.#describe(round, description, context)) }];
  }

  async #describe(round: Round, description: EpochDescription, context: RunContext): Promise<RoundDescription> {
    const base = await this.#store.read.modelVersions.find(round.baseVersion);
    if (!base) throw new ConsiliumError('model-not-found', `Round ${round.id} is based on it.`);
    const layouts = [...context.layouts(description.run, round.purpose)].map(([part, layout]) => ({ part, fingerprint: layoutFingerprint(layout) }));
    const outcome = round.number === description.epoch.start.round ? undefined : await this.#outcomeBefore(round);
    return { ...description, round, base, layouts, outcome, trainingRound: trainingRoundOf(context.schedule, round.number) };
  }

  async #outcomeBefore({ run, number }: Round): Promise<SignedOutcome | undefined> {
    const before = await this.#store.read.rounds.find(roundIdOf(run, number - 1));
    return before && this.#outcomeOf(before);
  }

  async #outcomeOf(round: Round): Promise<SignedOutcome | undefined> {
    const { manifests, decryptions } = this.#store.read;
    return agreedOutcome(round, await manifests.list(round.id), await decryptions.list(round.id));
  }

  async #closedBefore(epoch: Epoch): Promise<ClosedEpoch | undefined> {
    const { epochs, rosters, runs } = this.#store.read;
    const before = await epochs.before(epoch);
    const run = before && (await runs.find(before.run));
    const roster = run && (await rosters.find(run.study, before.rosterHash));
    const closing = before && (await epochs.closing(before.number));
    return before && roster && closing && { number: before.number, start: before.start, roster: roster.roster, signatures: closing.signatures };
  }
}

function keyingWork(site: string, description: KeyingDescription, box: SealedBox | undefined): Assignment[] {
  const { epoch, members } = description;
  const member = members.find((candidate) => candidate.site === site);
  if (!member || member.confirmedAtMs !== null) return [];
  if (box) return [{ id: keyWorkId('open group key', epoch), kind: 'sealed-group-key', box, ...description }];
  if (!member.offer) return [{ id: keyWorkId('offer key', epoch), kind: 'epoch-key', ...description }];
  if (epoch.custodian !== site || members.some(({ offer }) => offer === null)) return [];
  return [{ id: keyWorkId('make group key', epoch), kind: 'group-key', ...description }];
}
