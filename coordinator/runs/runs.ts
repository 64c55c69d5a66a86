import { randomBytes } from 'node:crypto';
import { isoTime, type Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { assertHeadRoom } from '../../shared/layouts/vector-layout.ts';
import { initialWeights } from '../../shared/models/model-description.ts';
import { littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { serverOptimiserOf } from '../../shared/server-optimisers/registry.ts';
import { sha256 } from '../../shared/statements/digest.ts';
import { laneWidths } from '../../shared/studies/lanes.ts';
import type { Payloads } from '../payloads.ts';
import { newestRestore, runNameSuffix } from '../backup/coordinator-restore.ts';
import { approvedRoster } from '../rosters/approval.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { ReadStudy } from '../studies/study.ts';
import { versionDigest, type Lineage } from '../../shared/statements/model-lineage.ts';
import { firstEpochStart } from '../../shared/statements/epoch-start.ts';
import type { RunContexts } from './run-context.ts';
import type { RunEvents } from './run-events.ts';
import type { RunTables } from './run-tables.ts';
import { hasRunEnded, type Run } from './run.ts';

/** Starts and stops runs; RunConductor takes them from round to round. */
export class Runs {
  readonly #store: UnitOfWork<RunTables>;
  readonly #payloads: Payloads;
  readonly #contexts: RunContexts;
  readonly #events: RunEvents;
  readonly #clock: Clock;
  readonly #onChanged: (run: string) => void;

  constructor(parts: {
    store: UnitOfWork<RunTables>;
    payloads: Payloads;
    contexts: RunContexts;
    events: RunEvents;
    clock: Clock;
    /** Called after a run was started or stopped: the conductor has something to do. */
    onChanged: (run: string) => void;
  }) {
    this.#store = parts.store;
    this.#payloads = parts.payloads;
    this.#contexts = parts.contexts;
    this.#events = parts.events;
    this.#clock = parts.clock;
    this.#onChanged = parts.onChanged;
  }

  /**
   * Starts a run over the study's newest roster, which every member has approved, with initial weights drawn anew.
   *
   * @param seed makes the initial weights repeatable, for benchmarks; never use it twice on real data
   * @throws study-not-found, roster-missing, sites-missing, member-key-mismatch, approvals-missing, head-room-exceeded
   */
  async start(studyName: string, actor: string, seed?: number): Promise<Run> {
    const { study } = await this.#contexts.of(studyName);
    await approvedRoster(this.#store.read, studyName); // before weights are drawn
    const initial = await this.#initialPayloads(study, seed);
    const { run, roster } = await this.#store.transaction(async (tables) => {
      const { runs, epochs, modelVersions, audit } = tables;
      const { hash, roster: { members } } = await approvedRoster(tables, studyName);
      assertHeadRoom(laneWidths[study.plan.aggregation.lanes], members.length);
      const roster = members.map(({ site }) => site).sort();
      const startedAtMs = this.#clock.nowMs();
      const number = (await runs.list(studyName)).length + 1;
      const run: Run = { id: `${studyName}-${number}${runNameSuffix(await newestRestore(audit))}`, study: studyName, state: 'KEYING', reason: '', startedAtMs, endedAtMs: null, parameters: {} };
      await runs.insert(run);
      const custodian = roster[number % roster.length] as string;
      const lineage: Lineage = { run: run.id, planHash: study.planHash, number: 0, parent: '', round: '', contributions: [], sumDigest: '', ...initial };
      const version = versionDigest(lineage);
      await modelVersions.insert({ ...lineage, digest: version, createdAtMs: startedAtMs, signatures: [] });
      const start = firstEpochStart(version);
      const epoch = await epochs.insert({ run: run.id, rosterHash: hash, custodian, groupKeyHash: '', start, openedAtMs: startedAtMs }, members);
      const detail = { planHash: study.planHash, rosterHash: hash, roster, epoch, custodian, seeded: seed !== undefined };
      await audit.append({ atMs: startedAtMs, actor, action: 'run started', subject: run.id, detail });
      return { run, roster };
    });
    this.#events.publish({ run: run.id, at: isoTime(this.#clock), event: 'run-started', roster });
    this.#onChanged(run.id);
    return run;
  }

  /** Stops a run for good; what is published stays. Stopping an ended run changes nothing. @throws run-not-found */
  async stop(id: string, actor: string): Promise<Run> {
    const run = await this.get(id);
    const stopped = await this.#store.transaction(async ({ runs, audit }) => {
      const present = await runs.find(run.id);
      if (!present || hasRunEnded(present)) return false;
      const atMs = this.#clock.nowMs();
      await runs.update(id, { state: 'STOPPED', reason: 'A person stopped it.', endedAtMs: atMs });
      await audit.append({ atMs, actor, action: 'run stopped', subject: id, detail: {} });
      return true;
    });
    if (!stopped) return this.get(id);
    this.#events.publish({ run: id, at: isoTime(this.#clock), event: 'run-stopped' });
    this.#onChanged(id);
    return this.get(id);
  }

  /** @throws run-not-found */
  async get(id: string): Promise<Run> {
    const run = await this.#store.read.runs.find(id);
    if (run === undefined) throw new ConsiliumError('run-not-found', `It was asked for ${id}.`);
    return run;
  }

  list(study?: string): Promise<Run[]> {
    return this.#store.read.runs.list(study);
  }

  async #initialPayloads({ plan }: ReadStudy, seed: number | undefined): Promise<Pick<Lineage, 'weightsDigest' | 'optimiserStateDigest'>> {
    const weights = await initialWeights(plan.model.topology, seed === undefined ? randomBytes(32) : sha256(`consilium/seed/${seed}`));
    const state = serverOptimiserOf(plan.aggregation.serverOptimiser).initialState(weights.length);
    return {
      weightsDigest: (await this.#payloads.save([littleEndianBytes(weights)])).digest,
      optimiserStateDigest: state.length === 0 ? '' : (await this.#payloads.save([littleEndianBytes(state)])).digest,
    };
  }
}
