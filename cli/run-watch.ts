import { setTimeout } from 'node:timers/promises';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { roundResource, runDetailResource, runEventSchema, type RunDetailResource, type RunEventData } from '../shared/http-api/run-resource.ts';
import { siteProgressResource } from '../shared/http-api/site-progress-resource.ts';
import { arrivalsText } from './arrivals-text.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { roundLine } from './round-text.ts';
import { runStateText } from './run-state-text.ts';
import { runWaitText } from './run-wait-text.ts';
import { siteProgressText } from './site-progress-text.ts';

/** How often a lost connection is taken up again before it is given up, after 1, 2, 4, ... and at most 15 seconds. */
const mostAttempts = 10;

/**
 * Follows a run to its end: a line for each round that ended, and what goes on in between as progress; with `json` each
 * event as a line. A lost connection is taken up again, and nothing is told twice.
 *
 * @returns the run when it has completed
 * @throws ConsiliumError `run-not-completed` for another end, `watch-interrupted`, `run-not-found`, `coordinator-unreachable`
 */
export async function watchRun(client: CoordinatorClient, id: string, io: CommandIo, json: boolean): Promise<RunDetailResource> {
  using progress = new Progress(io.stderr);
  const teller: Teller = json ? new JsonTeller(io) : new PersonTeller(client, io, progress);
  for (let attempt = 0; attempt < mostAttempts; attempt++) {
    try {
      for await (const { event, data } of client.events(`/runs/${encodeURIComponent(id)}/events`)) {
        attempt = 0;
        if (event === 'state') teller.state(runDetailResource.parse(data));
        else await teller.event(runEventSchema.parse(data));
      }
      const run = await client.get(`/runs/${encodeURIComponent(id)}`, runDetailResource);
      if (run.endedAt !== null) return completed(run);
    } catch (error) {
      requireNotInterrupted(id, io);
      if (!(error instanceof ConsiliumError && error.entry.retryable) || attempt === mostAttempts - 1) throw error;
      if (!json) progress.update(`${error.message} Trying again.`);
    }
    await setTimeout(Math.min(15, 2 ** attempt) * 1000, undefined, { signal: io.signal }).catch(() => requireNotInterrupted(id, io));
  }
  throw new ConsiliumError('coordinator-unreachable', 'The stream of events breaks off again and again.');
}

function completed(run: RunDetailResource): RunDetailResource {
  if (run.state === 'COMPLETED') return run;
  throw new ConsiliumError('run-not-completed', `${runStateText(run)} Look at its rounds with: consilium run show ${run.id}`);
}

/** To whoever ends the watching, it must not look as if the run had ended, or the connection. */
function requireNotInterrupted(id: string, { signal }: CommandIo): void {
  if (!signal.aborted) return;
  throw new ConsiliumError('watch-interrupted', `Watch it again with: consilium run watch ${id}; stop it for good with: consilium run stop ${id}`);
}

interface Teller {
  /** The run as it is now; comes first, and again after a lost connection. */
  state(run: RunDetailResource): void;
  event(event: RunEventData): void | Promise<void>;
}

class JsonTeller implements Teller {
  readonly #io: CommandIo;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  state(run: RunDetailResource): void {
    this.#write({ event: 'state', run: run.id, detail: run });
  }

  event(event: RunEventData): void {
    this.#write(event);
  }

  #write(line: object): void {
    this.#io.stdout.write(`${JSON.stringify(line)}\n`);
  }
}

class PersonTeller implements Teller {
  readonly #client: CoordinatorClient;
  readonly #io: CommandIo;
  readonly #progress: Progress;
  #run: RunDetailResource | undefined;
  /** Number of the next round to be told of. */
  #next = 0;
  #arrived = new Set<string>();
  /** What each site that is not in is at. */
  #progressOf = new Map<string, string>();
  /** What was told last about why the run does not move. */
  #stuck = '';

  constructor(client: CoordinatorClient, io: CommandIo, progress: Progress) {
    this.#client = client;
    this.#io = io;
    this.#progress = progress;
  }

  state(run: RunDetailResource): void {
    this.#run = run;
    for (const round of run.rounds) if (round.endedAt !== null) this.#tell(round.number, roundLine(round, run.scheduledRounds));
    const last = run.rounds.at(-1);
    this.#arrived = new Set(last?.contributors);
    this.#progressOf = new Map(last?.progress.map((progress) => [progress.site, siteProgressText(progress)]));
    this.#tellStuck(run);
    if (run.state === 'KEYING') this.#progress.update(`${run.id}: ${run.sites.length} sites make a group key.`);
    else if (last && last.endedAt === null) this.#showArrivals(last.number);
  }

  async event(data: RunEventData): Promise<void> {
    const { run, event, round, site, purpose } = data;
    if (event === 'run-stuck' || event === 'run-retrying') this.#tellStuck(await this.#client.get(`/runs/${encodeURIComponent(run)}`, runDetailResource));
    if (event === 'run-keyed') this.#progress.update(`${run}: every site holds the group key.`);
    if (typeof round !== 'number') return;
    if (event === 'round-opened') {
      this.#arrived.clear();
      this.#progressOf.clear();
      this.#progress.update(`Round ${this.#place(round)} (${String(purpose)}) is open.`);
    }
    if (event === 'contribution-accepted') {
      this.#arrived.add(String(site));
      this.#progressOf.delete(String(site));
      this.#showArrivals(round);
    }
    if (event === 'site-progress') {
      this.#progressOf.set(String(site), siteProgressText(siteProgressResource.parse(data)));
      this.#showArrivals(round);
    }
    if (event === 'contribution-late') this.#line(`The contribution of ${String(site)} came after round ${this.#place(round)} had closed, and is refused.`);
    if (event === 'round-closing') this.#progress.update(`Round ${this.#place(round)}: the sum is being opened.`);
    if (event === 'round-published' || event === 'round-abandoned') {
      const ended = await this.#client.get(`/runs/${encodeURIComponent(run)}/rounds/${round}`, roundResource);
      this.#tell(round, roundLine(ended, this.#run?.scheduledRounds ?? 0));
    }
  }

  #tell(round: number, line: string): void {
    if (round < this.#next) return;
    this.#next = round + 1;
    this.#line(line);
  }

  /** Each time that something else keeps the run from going on, or since another moment. */
  #tellStuck({ id, waiting }: RunDetailResource): void {
    if (!waiting?.stuck) return;
    const why = JSON.stringify([waiting.since, waiting.sites.map(({ site }) => site), waiting.mishap?.code, waiting.diskFull]);
    if (why === this.#stuck) return;
    this.#stuck = why;
    this.#line(`${id}: ${runWaitText(waiting)}`);
  }

  #line(text: string): void {
    this.#progress.clear();
    this.#io.stdout.write(`${text}\n`);
  }

  #showArrivals(round: number): void {
    this.#progress.update(`Round ${this.#place(round)}: ${arrivalsText(this.#run?.sites ?? [], this.#arrived, this.#progressOf)}.`);
  }

  #place(round: number): string {
    return `${round + 1} of ${this.#run?.scheduledRounds ?? 0}`;
  }
}
