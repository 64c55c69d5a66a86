import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { OneAtATime } from '../../shared/one-at-a-time.ts';

const contributedSchema = z.strictObject({ snapshot: z.string(), sinceMs: z.int() });

/** A snapshot of a site's data, by its digest, and since when statistics about it have left. */
export type Contributed = Readonly<z.output<typeof contributedSchema>>;

/**
 * About which data a study's statistics were last sent. Sums over the same sites before and after a change of the data tell
 * what changed, down to a single row: they are exact.
 */
export class ContributedData {
  readonly #folder: string;
  readonly #clock: Clock;
  readonly #turns = new OneAtATime();

  constructor(folder: string, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  async of(study: string): Promise<Contributed | undefined> {
    const text = await readIfThere(this.#file(study));
    return text && contributedSchema.parse(JSON.parse(text.toString()));
  }

  /**
   * Notes, durably, that statistics about this snapshot are about to leave.
   * @param assertMayReplace called with what is noted about another one
   * @throws what assertMayReplace throws
   */
  contributing(study: string, snapshot: string, assertMayReplace: (before: Contributed) => Promise<void>): Promise<void> {
    return this.#turns.run(async () => {
      const before = await this.of(study);
      if (before?.snapshot === snapshot) return;
      if (before) await assertMayReplace(before);
      await writeDurableFile(this.#file(study), JSON.stringify({ snapshot, sinceMs: this.#clock.nowMs() } satisfies Contributed));
    });
  }

  #file(study: string): string {
    return join(this.#folder, `${study}.json`);
  }
}
