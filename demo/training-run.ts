import type { CoordinatorClient } from '../cli/coordinator-client.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import {
  roundResource, runDetailResource, runEventSchema, runResource, type RoundResource, type RunDetailResource, type RunEventData,
} from '../shared/http-api/run-resource.ts';

/** A training round, and how the model that came out of it does on the test rows of all hospitals together. */
export interface TrainedRound {
  readonly round: number;
  readonly accuracy: number;
  readonly auc: number;
  readonly loss: number;
  readonly contributors: number;
  readonly bytesUp: number;
  readonly bytesDown: number;
  readonly seconds: number;
}

export interface TrainingRunOptions {
  readonly client: CoordinatorClient;
  /** Name of a study with one binary target, which every member has approved. */
  readonly study: string;
  /** Training rounds of the plan. */
  readonly rounds: number;
  readonly onProgress: (text: string) => void;
  readonly onRound: (round: TrainedRound) => void;
}

/** Starts a run of the study and follows it to its end. @throws ConsiliumError `run-not-completed` */
export async function trainTogether(options: TrainingRunOptions): Promise<RunDetailResource> {
  const { client, study, onProgress } = options;
  const { id } = await client.post('/runs', { study }, runResource);
  onProgress('The hospitals share a group key that the coordinator never sees.');
  const follower = new RunFollower(options);
  for await (const { event, data } of client.events(`/runs/${id}/events`)) {
    if (event === 'state') follower.state(runDetailResource.parse(data));
    else await follower.event(runEventSchema.parse(data));
  }
  const run = await client.get(`/runs/${id}`, runDetailResource);
  if (run.state !== 'COMPLETED') throw new ConsiliumError('run-not-completed', `${id} is ${run.state}: ${run.reason}`);
  return run;
}

/** A version is evaluated in the round after the one that made it, so the latest training round has no figures yet. */
export function trainedRounds(rounds: readonly RoundResource[]): TrainedRound[] {
  return rounds.flatMap(({ number, trainingRound, contributors, bytesUp, bytesDown, seconds }): TrainedRound[] => {
    const evaluation = rounds[number + 1]?.evaluation;
    if (trainingRound === null || !evaluation) return [];
    const { loss, accuracy, auc } = evaluation;
    return [{ round: trainingRound, accuracy: accuracy!, auc: auc!, loss, contributors: contributors.length, bytesUp, bytesDown, seconds }];
  });
}

/** Tells what happens in a run, each round once. */
class RunFollower {
  readonly #options: TrainingRunOptions;
  #published: RoundResource[] = [];
  #sites = 0;
  #told = 0;
  readonly #arrived = new Set<unknown>();
  #stage = '';

  constructor(options: TrainingRunOptions) {
    this.#options = options;
  }

  state({ rounds, sites }: RunDetailResource): void {
    this.#sites = sites.length;
    this.#published = rounds.filter(({ state }) => state === 'PUBLISHED');
    this.#tellNew();
  }

  async event({ run, event, round, site, purpose }: RunEventData): Promise<void> {
    if (event === 'round-opened') {
      this.#arrived.clear();
      this.#stage = this.#stageOf(purpose);
    }
    if (event === 'contribution-accepted') {
      this.#arrived.add(site);
      this.#options.onProgress(`${this.#stage}: ${this.#arrived.size} of ${this.#sites} hospitals are in.`);
    }
    if (event === 'round-published') {
      this.#published.push(await this.#options.client.get(`/runs/${run}/rounds/${Number(round)}`, roundResource));
      this.#tellNew();
    }
  }

  #tellNew(): void {
    for (const round of trainedRounds(this.#published).slice(this.#told)) {
      this.#told += 1;
      this.#options.onRound(round);
    }
  }

  #stageOf(purpose: unknown): string {
    if (purpose === 'normalisation') return 'Common means and spreads';
    if (purpose !== 'training') return 'Last evaluation';
    const done = this.#published.filter(({ trainingRound }) => trainingRound !== null);
    return `Round ${done.length + 1} of ${this.#options.rounds}`;
  }
}
