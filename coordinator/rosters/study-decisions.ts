import { isoTime, type Clock } from '../../shared/clock.ts';
import { catalogue } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { equalBytes } from '../../shared/statements/digest.ts';
import { verifyStatement } from '../../shared/statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields, type SignedStudyDecision } from '../../shared/statements/study-decision.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { studyStanding, type StudyStanding } from './approval.ts';
import type { RosterTables } from './roster-tables.ts';
import type { StudyEvents } from './study-events.ts';

/** What hospitals say about studies. */
export class StudyDecisions {
  readonly #store: UnitOfWork<RosterTables>;
  readonly #federation: string;
  readonly #events: StudyEvents;
  readonly #clock: Clock;

  constructor(parts: { store: UnitOfWork<RosterTables>; federation: string; events: StudyEvents; clock: Clock }) {
    this.#store = parts.store;
    this.#federation = parts.federation;
    this.#events = parts.events;
    this.#clock = parts.clock;
  }

  /**
   * Records a member's decision about one of the study's rosters; it replaces what the site said before about the same one.
   * @throws roster-missing when the study has no such roster, not-a-member, invalid-request, signature-invalid
   */
  async decide(site: string, said: Omit<SignedStudyDecision, 'federation' | 'site'>): Promise<void> {
    const decision: SignedStudyDecision = { ...said, federation: this.#federation, site };
    await this.#assertSigned(decision);
    const { study, rosterHash, planHash, decidedBy, code } = decision;
    const event = `study-${decision.decision}` as const;
    const recorded = await this.#store.transaction(async ({ studyDecisions, audit }) => {
      if ((await studyDecisions.history(study, rosterHash)).some(({ signature }) => equalBytes(signature, decision.signature))) return false;
      await studyDecisions.save(decision);
      const detail = { planHash, rosterHash, decidedBy, code };
      await audit.append({ atMs: this.#clock.nowMs(), actor: `site ${site}`, action: event.replace('-', ' '), subject: study, detail });
      return true;
    });
    if (recorded) this.#events.publish({ study, at: isoTime(this.#clock), event, site, rosterHash, decidedBy, ...(code && { code }) });
  }

  /** @throws roster-missing */
  standing(study: string): Promise<StudyStanding> {
    return studyStanding(this.#store.read, study);
  }

  /**
   * Waits until every member of the newest roster has decided.
   * @throws roster-missing, and the signal's reason when it is aborted
   */
  async decided(study: string, signal: AbortSignal): Promise<StudyStanding> {
    const watching = new AbortController();
    const events = this.#events.watch(study, AbortSignal.any([signal, watching.signal]));
    try {
      for (;;) {
        const next = events.next(); // listens from here on, before the state is read
        const standing = await this.standing(study);
        if (standing.members.every(({ decision }) => decision !== undefined)) return standing;
        await next;
        signal.throwIfAborted();
      }
    } finally {
      watching.abort();
    }
  }

  async #assertSigned(decision: SignedStudyDecision): Promise<void> {
    const { study, rosterHash, planHash, site, code } = decision;
    const recorded = await this.#store.read.rosters.find(study, rosterHash);
    if (recorded?.roster.planHash !== planHash) throw new ConsiliumError('roster-missing', `The decision is about another roster or plan of ${study}.`);
    const member = recorded.roster.members.find((candidate) => candidate.site === site);
    if (!member) throw new ConsiliumError('not-a-member', `The study is ${study}.`);
    if (decision.decision === 'refused' ? !Object.hasOwn(catalogue, code) : code !== '') {
      throw new ConsiliumError('invalid-request', 'A refusal has a code of the error catalogue, and another decision has none.');
    }
    if (!verifyStatement(member.signingKey, studyDecisionDomain, studyDecisionFields(decision), decision.signature)) {
      throw new ConsiliumError('signature-invalid', `It is ${site}'s over its decision about ${study}.`);
    }
  }
}
