import type { KeyObject } from 'node:crypto';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { rosterHash } from '../../shared/statements/roster.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { studyDecisionDomain, studyDecisionFields } from '../../shared/statements/study-decision.ts';
import { readPlan } from '../../shared/studies/checked-plan.ts';
import type { StudyProposal } from '../assignments/assignment.ts';
import type { CoordinatorLink } from '../link/coordinator-link.ts';
import type { ConsentRecords } from './consent-records.ts';
import { decisionStatement } from './decision-statement.ts';
import type { Decision } from './decisions.ts';
import { policyDecision } from './policy-decision.ts';
import { assertProposable, type RosterIdentity } from './proposed-roster.ts';
import { rosterPins } from './roster-pins.ts';
import { decisionAbout, effectiveDecisions, isWithdrawn, sameTerms, type StudyTerms } from './standing.ts';

export interface StudyAnswersSettings {
  readonly records: ConsentRecords;
  readonly own: RosterIdentity;
  readonly signingKey: KeyObject;
  readonly link: Pick<CoordinatorLink, 'plan' | 'decide'>;
  readonly log: Logger;
}

/** Takes studies that are proposed, lets the policy decide as far as it may, and tells the coordinator what is decided, once it is on disk. */
export class StudyAnswers {
  readonly #records: ConsentRecords;
  readonly #own: RosterIdentity;
  readonly #signingKey: KeyObject;
  readonly #link: StudyAnswersSettings['link'];
  readonly #log: Logger;

  constructor({ records, own, signingKey, link, log }: StudyAnswersSettings) {
    this.#records = records;
    this.#own = own;
    this.#signingKey = signingKey;
    this.#link = link;
    this.#log = log;
  }

  /**
   * Keeps a proposal and answers it, now if the policy can or a person has decided about it before. Safe to repeat.
   * @throws what assertProposable and CoordinatorLink.plan throw, policy-invalid
   */
  async consider({ study, planHash, roster }: StudyProposal, signal: AbortSignal): Promise<void> {
    await assertProposable(roster, this.#own, this.#records.proposals);
    const terms = { study, planHash, rosterHash: rosterHash(roster) };
    const planJson = await this.#link.plan(study, planHash, signal);
    if (await isPlanOf(study, planJson)) {
      await this.#records.proposals.keep(planJson, roster);
      await this.decideByPolicy(study);
    } else {
      await this.#refuse(terms, 'plan-invalid');
    }
    const standing = decisionAbout(await this.#records.decisions.of(study), terms);
    if (standing && sameTerms(standing, terms)) await this.#tell(standing, signal);
  }

  /** Decides about the newest proposal of a study unless a person or the policy has; a refusal by the policy is thought over. @throws policy-invalid */
  async decideByPolicy(study: string): Promise<void> {
    const { proposals, decisions, pins, cohorts } = this.#records;
    const proposal = await proposals.get(study);
    const history = await decisions.of(study);
    const standing = decisionAbout(history, proposal);
    if (standing && sameTerms(standing, proposal) && (standing.decidedBy === 'person' || standing.decision === 'approved')) return;
    const policy = await this.#records.policy();
    const answer = policyDecision(policy, proposal, {
      ownSite: this.#own.site,
      pins: await rosterPins(proposal.roster, pins, policy, this.#own.site),
      openedCohorts: await cohorts.underOtherRosters(study, proposal.rosterHash),
      withdrawn: isWithdrawn(history),
    });
    if (answer.decision === 'refused') await this.#refuse(proposal, answer.code);
    if (answer.decision === 'approved') await this.#decide(proposal, 'approved', '');
    if (answer.decision === 'ask' && !standing) this.#log.warn('A study waits for a person to decide; look at it with: consilium-site study show', { study });
  }

  /** Tells the coordinator every decision about a study that it does not know yet. */
  async tellNew(study: string, signal: AbortSignal): Promise<void> {
    const effective = effectiveDecisions(await this.#records.decisions.of(study));
    const toldAtMs = await this.#records.decisions.toldAtMs(study);
    const isLast = (entry: Decision, at: number) => !effective.slice(at + 1).some((later) => sameTerms(later, entry));
    for (const entry of effective.filter((entry, at) => entry.decidedAtMs > toldAtMs && isLast(entry, at))) await this.#tell(entry, signal);
  }

  /** The same refusal is not repeated. */
  async #refuse(terms: StudyTerms, code: ErrorCode): Promise<void> {
    const standing = decisionAbout(await this.#records.decisions.of(terms.study), terms);
    const known = standing?.decision === 'refused' && sameTerms(standing, terms) && standing.code === code;
    if (!known) await this.#decide(terms, 'refused', code);
  }

  async #decide({ study, planHash, rosterHash: hash }: StudyTerms, decision: 'approved' | 'refused', code: ErrorCode | ''): Promise<void> {
    await this.#records.decisions.add({ study, planHash, rosterHash: hash, decision, decidedBy: 'policy', by: '', code });
    this.#log.info('The policy has decided about a study.', { study, decision, code, planHash, rosterHash: hash });
  }

  async #tell(entry: Decision, signal: AbortSignal): Promise<void> {
    const statement = decisionStatement(this.#own, entry);
    const signature = signStatement(this.#signingKey, studyDecisionDomain, studyDecisionFields(statement));
    await this.#link.decide({ ...statement, signature }, signal);
    await this.#records.decisions.markTold(entry);
    const { study, decision, decidedBy, code } = entry;
    this.#log.info('The coordinator knows what was decided about a study.', { study, decision, decidedBy, code });
  }
}

async function isPlanOf(study: string, planJson: Uint8Array): Promise<boolean> {
  try {
    return (await readPlan(planJson)).study === study;
  } catch (error) {
    if (error instanceof ConsiliumError && error.code === 'plan-invalid') return false;
    throw error;
  }
}

/** Where work about a study that belongs to no run waits for its turn. */
export function studyQueue(study: string): string {
  return `study ${study}`;
}
