import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { signedRosterFromJson, signedRosterJsonSchema, signedRosterToJson } from '../../shared/statements/roster-json.ts';
import { TrainingCheckpoints } from '../training/training-checkpoints.ts';
import { RunSession, type RunSettings } from './run-session.ts';

const identitySchema = z.strictObject({
  federation: z.string(),
  study: z.string(),
  planHash: z.string(),
  run: z.string(),
  epoch: z.int(),
  rosterHash: z.string(),
  custodian: z.string(),
  start: z.strictObject({
    round: z.int(),
    version: z.string(),
    parametersHash: z.string(),
    manifests: z.strictObject({ update: z.string(), statistics: z.string() }),
  }),
  roster: signedRosterJsonSchema.transform(signedRosterFromJson),
  /** Once this site has signed how the epoch ends: before which round, and the SHA-256 of what it signed. */
  ending: z.strictObject({ beforeRound: z.int(), digest: z.string() }).optional(),
});

const identityFile = 'identity.json';

/** What a run is pinned to at this site. */
export type PinnedEpoch = Readonly<z.output<typeof identitySchema>>;

/** The runs that this site takes part in: a folder for each, and what is in memory while the agent works. */
export class SiteRuns implements AsyncDisposable {
  readonly #folder: string;
  readonly #settings: RunSettings;
  readonly #sessions = new Map<string, Promise<RunSession>>();

  constructor(folder: string, settings: RunSettings) {
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Where a run keeps its state at this site. */
  folderOf(run: string): string {
    return join(this.#folder, run);
  }

  /** What is kept of the run's training under way. */
  checkpointsOf(run: string): TrainingCheckpoints {
    return new TrainingCheckpoints(join(this.folderOf(run), 'checkpoints'));
  }

  /** Runs that this site agreed to and has not forgotten. */
  async names(): Promise<string[]> {
    return (await readdir(this.#folder, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  /**
   * Pins a run to a plan, a roster, a custodian, an epoch and what it starts from. A later epoch takes the place of an earlier one.
   * @throws digest-mismatch when it was pinned to others, or to another plan in any epoch
   */
  async pin(epoch: PinnedEpoch, planJson: Uint8Array): Promise<void> {
    const known = await this.find(epoch.run);
    if (known && (known.epoch >= epoch.epoch || known.planHash !== epoch.planHash)) return this.assertPinned(epoch);
    await writeDurableFile(join(this.folderOf(epoch.run), 'plan.json'), planJson);
    await writeDurableFile(this.#identityFile(epoch.run), JSON.stringify({ ...identityOf(epoch), roster: signedRosterToJson(epoch.roster) }));
  }

  /** @throws run-not-found when this site never agreed to the run, digest-mismatch when it agreed to something else */
  async assertPinned(epoch: PinnedEpoch): Promise<void> {
    const pinned = await this.pinned(epoch.run);
    if (JSON.stringify(identityOf(pinned)) !== JSON.stringify(identityOf(epoch))) {
      throw new ConsiliumError('digest-mismatch', `The run ${epoch.run} was offered with another plan, roster, custodian or epoch before.`);
    }
  }

  /** What a run was pinned to. @throws run-not-found when this site never agreed to it */
  async pinned(run: string): Promise<PinnedEpoch> {
    const pinned = await this.find(run);
    if (!pinned) throw new ConsiliumError('run-not-found', `This site did not agree to ${run}.`);
    return pinned;
  }

  /** The same, or nothing. */
  async find(run: string): Promise<PinnedEpoch | undefined> {
    const text = await readIfThere(this.#identityFile(run));
    return text && identitySchema.parse(JSON.parse(text.toString()));
  }

  /** Notes, durably, how the run's epoch ends, once and for all. @throws epoch-closed when it was noted to end otherwise */
  async close(run: string, ending: NonNullable<PinnedEpoch['ending']>): Promise<void> {
    const pinned = await this.pinned(run);
    if (pinned.ending?.digest === ending.digest) return;
    if (pinned.ending) throw new ConsiliumError('epoch-closed', `It ends before round ${pinned.ending.beforeRound}, and the site signed how.`);
    await writeDurableFile(this.#identityFile(run), JSON.stringify({ ...pinned, roster: signedRosterToJson(pinned.roster), ending }));
  }

  session(run: string): Promise<RunSession> {
    const known = this.#sessions.get(run);
    if (known) return known;
    const session = this.#open(run);
    this.#sessions.set(run, session);
    session.catch(() => this.#sessions.delete(run));
    return session;
  }

  /** Frees and removes everything of a run that has ended. */
  async forget(run: string): Promise<void> {
    await this.#endSession(run);
    await this.checkpointsOf(run).erase();
    await rm(this.folderOf(run), { recursive: true, force: true });
  }

  /** Frees and removes everything of a run but what it was pinned to, so that the run is still known for what it is. */
  async strip(run: string): Promise<void> {
    await this.#endSession(run);
    await this.checkpointsOf(run).erase();
    const names = await readdir(this.folderOf(run)).catch(() => []);
    for (const name of names.filter((name) => name !== identityFile)) await rm(join(this.folderOf(run), name), { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) await (await session.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  #identityFile(run: string): string {
    return join(this.folderOf(run), identityFile);
  }

  async #endSession(run: string): Promise<void> {
    const session = this.#sessions.get(run);
    this.#sessions.delete(run);
    await (await session?.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #open(run: string): Promise<RunSession> {
    const planJson = await readIfThere(join(this.folderOf(run), 'plan.json'));
    if (!planJson) throw new ConsiliumError('run-not-found', `This site did not agree to ${run}.`);
    return RunSession.open(planJson, this.folderOf(run), { ...this.#settings, log: this.#settings.log.child({ run }) });
  }
}

/** What two offers of the same epoch have in common, in one order; the roster's hash stands for the roster. */
function identityOf({ federation, study, planHash, run, epoch, rosterHash, custodian, start }: PinnedEpoch): Omit<PinnedEpoch, 'roster' | 'ending'> {
  const { round, version, parametersHash, manifests: { update, statistics } } = start;
  return { federation, study, planHash, run, epoch, rosterHash, custodian, start: { round, version, parametersHash, manifests: { update, statistics } } };
}
