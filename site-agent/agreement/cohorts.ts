import { basename, join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { namesIfThere, readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';

const cohortSchema = z.array(z.string());

/**
 * The sites over which a study's statistics are opened, fixed by the first sum under a roster. With one site less, that
 * site's counts would follow by subtraction. Another cohort needs another roster, and with it the hospital's approval.
 */
export class Cohorts {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** All cohorts of a study but the one under this roster. */
  async underOtherRosters(study: string, rosterHash: string): Promise<readonly string[][]> {
    const files = namesIfThere(join(this.#folder, study));
    const rosters = files.filter((file) => file.endsWith('.json')).map((file) => basename(file, '.json')).filter((roster) => roster !== rosterHash);
    const cohorts = await Promise.all(rosters.map((roster) => this.of(study, roster)));
    return cohorts.flatMap((cohort) => (cohort ? [[...cohort]] : []));
  }

  async of(study: string, rosterHash: string): Promise<readonly string[] | undefined> {
    const text = await readIfThere(this.#file(study, rosterHash));
    return text && cohortSchema.parse(JSON.parse(text.toString()));
  }

  /** Fixes the cohort, durably, or compares it with the one that is fixed. @throws cohort-changed */
  async fix(study: string, rosterHash: string, sites: readonly string[]): Promise<void> {
    const sorted = [...sites].sort();
    const known = await this.of(study, rosterHash);
    if (!known) await writeDurableFile(this.#file(study, rosterHash), JSON.stringify(sorted));
    else if (known.join() !== sorted.join()) throw new ConsiliumError('cohort-changed', `They are opened over ${known.join(', ')}; this sum is over ${sorted.join(', ')}.`);
  }

  #file(study: string, rosterHash: string): string {
    return join(this.#folder, study, `${rosterHash}.json`);
  }
}
