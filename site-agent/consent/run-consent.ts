import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { equalBytes } from '../../shared/statements/digest.ts';
import type { RosterMember, SignedRoster } from '../../shared/statements/roster.ts';
import type { TensorSpec } from '../../shared/models/tensor-spec.ts';
import { planSummary } from '../../shared/studies/plan-summary.ts';
import type { StudyPlan } from '../../shared/studies/plan.ts';
import type { Contributed } from '../agreement/contributed-data.ts';
import type { ConsentRecords } from './consent-records.ts';
import { decisionHash } from './decision-statement.ts';
import type { Decision } from './decisions.ts';
import type { RosterIdentity } from './proposed-roster.ts';
import { pinProblem, rosterPins } from './roster-pins.ts';
import { roundBreach, samplesBreach, type AskedRound } from './round-limits.ts';
import { approvalInForce, decisionAbout, isWithdrawn, sameTerms, type StudyTerms } from './standing.ts';
import { studyBreach } from './study-limits.ts';

const dayMs = 86_400_000;

export interface RunConsentSettings {
  readonly records: ConsentRecords;
  readonly own: RosterIdentity;
  /** Bytes derived from data that left this site since then (milliseconds since the Unix epoch), but for the contributions of one round. */
  readonly bytesLeftSince: (sinceMs: number, apart: { round: string; attempt: number }) => number;
  readonly clock: Clock;
}

/** A plan with the weights of its model. */
export interface PlannedModel {
  readonly plan: StudyPlan;
  readonly tensors: readonly TensorSpec[];
}

/**
 * Whether the hospital lets its agent do a piece of a run. What it decided is read from disk each time, so that whatever a
 * person has just said holds.
 */
export class RunConsent {
  readonly #records: ConsentRecords;
  readonly #own: RosterIdentity;
  readonly #bytesLeftSince: RunConsentSettings['bytesLeftSince'];
  readonly #clock: Clock;

  constructor({ records, own, bytesLeftSince, clock }: RunConsentSettings) {
    this.#records = records;
    this.#own = own;
    this.#bytesLeftSince = bytesLeftSince;
    this.#clock = clock;
  }

  /** Whether keys for a run may be made: under the newest approval only. @throws study-not-approved, study-withdrawn */
  async assertMayBegin(terms: StudyTerms): Promise<void> {
    const history = await this.#records.decisions.of(terms.study);
    const approval = approvalInForce(history);
    if (!approval || !sameTerms(approval, terms)) throw notApproved(history);
  }

  /** Whether a run with this plan keeps the limits, and its keys are pinned. @throws the policy's codes, and what pinProblem says */
  async assertWithinLimits(terms: StudyTerms, { plan, tensors }: PlannedModel): Promise<void> {
    const roster = await this.#records.proposals.roster(terms.rosterHash);
    if (!roster) throw new ConsiliumError('study-not-approved', `The roster ${terms.rosterHash} is not known here.`);
    const policy = await this.#records.policy();
    const { site } = this.#own;
    const problem = studyBreach(policy, { plan, summary: planSummary(plan, tensors), roster }, site) ?? pinProblem(await rosterPins(roster, this.#records.pins, policy, site));
    if (problem) throw problem;
  }

  /** Whether this site has as many training rows as its hospital asks for. @throws policy-samples */
  async assertEnoughRows(trainingRows: number): Promise<void> {
    const breach = samplesBreach(await this.#records.policy(), trainingRows);
    if (breach) throw breach;
  }

  /**
   * Whether a round that asks this may be taken now. What it has sent already, before a restart, is part of what it asks.
   * Rounds that are asked at the same time see the same bytes: what leaves in the end is limited where it leaves.
   * @throws site-paused, the policy's codes
   */
  async assertMayTakeRound(offer: { round: string; attempt: number }, round: Omit<AskedRound, 'bytesLeft' | 'nowMs'>): Promise<void> {
    if (await this.#records.pause.current()) throw new ConsiliumError('site-paused');
    const nowMs = this.#clock.nowMs();
    const breach = roundBreach(await this.#records.policy(), { ...round, nowMs, bytesLeft: this.#bytesLeftSince(nowMs - dayMs, offer) });
    if (breach) throw breach;
  }

  /**
   * Whether statistics about these data may leave: those of the study's last ones, or others that a person has accepted since.
   * @throws data-not-approved
   */
  async assertMayUseData(terms: StudyTerms, snapshot: string): Promise<void> {
    const before = await this.#records.contributedData.of(terms.study);
    if (before && before.snapshot !== snapshot) await this.#assertMayReplace(terms, before);
  }

  /** The same, and notes it: statistics are about to leave. @throws data-not-approved */
  contributing(terms: StudyTerms, snapshot: string): Promise<void> {
    return this.#records.contributedData.contributing(terms.study, snapshot, (before) => this.#assertMayReplace(terms, before));
  }

  async #assertMayReplace(terms: StudyTerms, before: Contributed): Promise<void> {
    const standing = decisionAbout(await this.#records.decisions.of(terms.study), terms);
    if (!standing?.newData || standing.decidedAtMs <= before.sinceMs) throw new ConsiliumError('data-not-approved');
  }

  /** Members of a roster whose keys the hospital knows: those that it pinned, and its own. @throws policy-invalid */
  async knownMembers(roster: SignedRoster): Promise<readonly RosterMember[]> {
    const { members } = await rosterPins(roster, this.#records.pins, await this.#records.policy(), this.#own.site);
    return members.filter(({ pin, signingKey }) => pin === 'pinned' || (pin === 'own' && equalBytes(signingKey, this.#own.signingKey)));
  }

  /** Cohorts under other rosters that whoever approved these terms knew of. */
  async acceptedCohorts(terms: StudyTerms): Promise<readonly (readonly string[])[]> {
    return decisionAbout(await this.#records.decisions.of(terms.study), terms)?.knownCohorts ?? [];
  }

  /** Fewest sites whose sum the hospital lets be opened; the plan's own minimum counts as well. @throws policy-invalid */
  async minimumContributors(): Promise<number> {
    return (await this.#records.policy()).minimumContributors;
  }

  /**
   * Whether a run that began under an approval may go on; it may under an earlier one than the newest.
   * @returns the approval: who gave it, policy or person, and the SHA-256 of the decision's canonical statement, hex
   * @throws study-not-approved, study-withdrawn
   */
  async assertMayGoOn(terms: StudyTerms): Promise<string> {
    const history = await this.#records.decisions.of(terms.study);
    const standing = decisionAbout(history, terms);
    if (standing?.decision !== 'approved') throw notApproved(history);
    return `${standing.decidedBy} ${decisionHash(this.#own, standing)}`;
  }
}

function notApproved(history: readonly Decision[]): ConsiliumError {
  return new ConsiliumError(isWithdrawn(history) ? 'study-withdrawn' : 'study-not-approved');
}
