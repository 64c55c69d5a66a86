import { asConsiliumError, type ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { Assignment } from '../assignments/assignment.ts';
import { retrying } from '../assignments/back-off.ts';
import type { Turns } from '../assignments/turns.ts';
import type { AgentMetrics } from '../metrics/agent-metrics.ts';
import type { SiteRuns } from '../runs/site-runs.ts';
import { consentChanges } from './consent-changes.ts';
import type { ConsentRecords } from './consent-records.ts';
import { consentState, mustWait, type ConsentState } from './consent-state.ts';
import { studyQueue, type StudyAnswers } from './study-answers.ts';
import { withdrawnRuns } from './withdrawn-runs.ts';

export interface ConsentFollowerSettings {
  readonly siteFolder: string;
  readonly records: ConsentRecords;
  readonly answers: StudyAnswers;
  readonly runs: SiteRuns;
  readonly turns: Turns;
  readonly metrics: Pick<AgentMetrics, 'setPaused' | 'setStudyDecisions'>;
  readonly log: Logger;
  /** Called for each run from whose study the hospital has withdrawn, once for each time that it does. */
  readonly onWithdrawn: (run: string) => void;
  /** Called when a pause is over or the policy is valid again: work that had to wait is to be asked for. */
  readonly onReopened: () => void;
}

/** Keeps the agent in step with what people at the hospital decide, from the moment it is on disk. */
export class ConsentFollower {
  readonly #settings: ConsentFollowerSettings;
  /** The newest withdrawal that was heeded, by the run. */
  readonly #heededAtMs = new Map<string, number>();
  #state: ConsentState = { paused: false, policyProblem: undefined, studies: { waiting: 0, approved: 0, refused: 0, withdrawn: 0 } };
  #changes = 0;

  constructor(settings: ConsentFollowerSettings) {
    this.#settings = settings;
  }

  /** Whether a piece of work is left with the coordinator for now. */
  mustWait(kind: Assignment['kind']): boolean {
    return mustWait(this.#state, kind);
  }

  /** Reads how things stand, for the log and the metrics. */
  async read(): Promise<void> {
    const { records, metrics, log, onReopened } = this.#settings;
    const before = this.#state;
    const now = await consentState(records);
    this.#state = now;
    metrics.setPaused(now.paused);
    metrics.setStudyDecisions(now.studies);
    if (now.paused !== before.paused) log.warn(now.paused ? 'The hospital has paused its site.' : 'The hospital has resumed its site.');
    if (now.policyProblem && problemsOf(now.policyProblem) !== problemsOf(before.policyProblem)) {
      log.error('New work waits until the policy file is valid again.', { code: now.policyProblem.code, problems: problemsOf(now.policyProblem) });
    }
    if (before.policyProblem && !now.policyProblem) log.info('The policy file is valid again.');
    if ((before.paused && !now.paused) || (before.policyProblem && !now.policyProblem)) onReopened();
  }

  /** Follows until the signal aborts; never rejects for a record that cannot be read. */
  async follow(signal: AbortSignal): Promise<void> {
    const { siteFolder, records, log } = this.#settings;
    for await (const _change of consentChanges(siteFolder, records.folder, signal)) {
      try {
        await this.#heed(signal);
      } catch (thrown) {
        const { message, code, cause } = asConsiliumError(thrown);
        log.error(message, { code }, cause);
      }
    }
  }

  async #heed(signal: AbortSignal): Promise<void> {
    const { records, runs, turns, onWithdrawn } = this.#settings;
    await this.read();
    for (const { run, withdrawnAtMs } of await withdrawnRuns(records, runs)) {
      if (this.#heededAtMs.get(run) === withdrawnAtMs) continue;
      this.#heededAtMs.set(run, withdrawnAtMs);
      onWithdrawn(run);
    }
    this.#changes += 1;
    for (const study of await records.proposals.studies()) turns.take(studyQueue(study), `answer ${study} ${this.#changes}`, () => this.#answer(study, signal));
  }

  /** Answers a study that was proposed, as far as there is an answer now. */
  async #answer(study: string, signal: AbortSignal): Promise<void> {
    const { answers, records, metrics, log } = this.#settings;
    try {
      if (!this.#state.policyProblem) await answers.decideByPolicy(study);
      await retrying(() => answers.tellNew(study, signal), signal, () => undefined);
      metrics.setStudyDecisions((await consentState(records)).studies);
    } catch (thrown) {
      const error = asConsiliumError(thrown);
      if (!signal.aborted) log.error(error.message, { study, code: error.code }, error.cause);
    }
  }
}

function problemsOf(error: ConsiliumError | undefined): string {
  return (error?.problems ?? []).map(({ path, message }) => `${path} ${message}`).join('; ');
}
