import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { RunSession, type RunSettings } from './run-session.ts';

const identitySchema = z.strictObject({
  federation: z.string(),
  study: z.string(),
  planHash: z.string(),
  run: z.string(),
  epoch: z.int(),
  rosterHash: z.string(),
  custodian: z.string(),
});

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

  /** Runs that this site agreed to and has not forgotten. */
  async names(): Promise<string[]> {
    return (await readdir(this.#folder, { withFileTypes: true }).catch(() => [])).filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  /** Pins a run to a plan, a roster, a custodian and an epoch. @throws digest-mismatch when it was pinned to others */
  async pin(epoch: PinnedEpoch, planJson: Uint8Array): Promise<void> {
    const file = join(this.folderOf(epoch.run), 'identity.json');
    if (await readIfThere(file)) return this.assertPinned(epoch);
    await writeDurableFile(join(this.folderOf(epoch.run), 'plan.json'), planJson);
    await writeDurableFile(file, JSON.stringify(identityOf(epoch)));
  }

  /** @throws run-not-found when this site never agreed to the run, digest-mismatch when it agreed to something else */
  async assertPinned(epoch: PinnedEpoch): Promise<void> {
    const pinned = await this.pinned(epoch.run);
    if (JSON.stringify(pinned) !== JSON.stringify(identityOf(epoch))) {
      throw new ConsiliumError('digest-mismatch', `The run ${epoch.run} was offered with another plan, roster, custodian or epoch before.`);
    }
  }

  /** What a run was pinned to. @throws run-not-found when this site never agreed to it */
  async pinned(run: string): Promise<PinnedEpoch> {
    const text = await readIfThere(join(this.folderOf(run), 'identity.json'));
    if (!text) throw new ConsiliumError('run-not-found', `This site did not agree to ${run}.`);
    return identitySchema.parse(JSON.parse(text.toString()));
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
    const session = this.#sessions.get(run);
    this.#sessions.delete(run);
    await (await session?.catch(() => undefined))?.[Symbol.asyncDispose]();
    await rm(this.folderOf(run), { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const session of this.#sessions.values()) await (await session.catch(() => undefined))?.[Symbol.asyncDispose]();
  }

  async #open(run: string): Promise<RunSession> {
    const planJson = await readIfThere(join(this.folderOf(run), 'plan.json'));
    if (!planJson) throw new ConsiliumError('run-not-found', `This site did not agree to ${run}.`);
    return RunSession.open(planJson, { ...this.#settings, log: this.#settings.log.child({ run }) });
  }
}

function identityOf({ federation, study, planHash, run, epoch, rosterHash, custodian }: PinnedEpoch): PinnedEpoch {
  return { federation, study, planHash, run, epoch, rosterHash, custodian };
}
