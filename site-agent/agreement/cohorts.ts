import { basename, join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { namesIfThere, readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { OneAtATime } from '../../shared/one-at-a-time.ts';

/** What is known of a study's statistics under one roster: who could be in them and, once this site has signed for a sum, who is. */
const cohortSchema = z.strictObject({ members: z.array(z.string()), sites: z.array(z.string()).optional() });
type Cohort = z.output<typeof cohortSchema>;

/**
 * The sites over which a study's statistics are opened, fixed by the first sum under a roster. With one site less, that
 * site's counts would follow by subtraction. Another cohort needs another roster, and with it the hospital's approval.
 */
export class Cohorts {
  readonly #folder: string;
  readonly #turns = new OneAtATime();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * All cohorts of a study but the one under this roster. Where statistics of this site left it and it never signed for their sum,
   * that is the whole roster: which of its sites are in the sum, others may know.
   */
  async underOtherRosters(study: string, rosterHash: string): Promise<readonly (readonly string[])[]> {
    const files = namesIfThere(join(this.#folder, study)).filter((file) => file.endsWith('.json'));
    const rosters = files.map((file) => basename(file, '.json')).filter((roster) => roster !== rosterHash);
    const cohorts = await Promise.all(rosters.map((roster) => this.#find(study, roster)));
    return cohorts.flatMap((cohort) => (cohort ? [cohort.sites ?? cohort.members] : []));
  }

  async of(study: string, rosterHash: string): Promise<readonly string[] | undefined> {
    return (await this.#find(study, rosterHash))?.sites;
  }

  /** Notes, durably, that statistics are about to leave for a sum under this roster. */
  contributing(study: string, rosterHash: string, members: readonly string[]): Promise<void> {
    return this.#turns.run(async () => {
      if (!(await this.#find(study, rosterHash))) await this.#write(study, rosterHash, { members: [...members].sort() });
    });
  }

  /**
   * Fixes the cohort, durably, or compares it with the one that is fixed.
   * @param accepted cohorts under other rosters that the hospital knew of when it approved this one
   * @throws cohort-changed when it is another one, or when there are others that the hospital did not know of
   */
  fix(study: string, rosterHash: string, sites: readonly string[], accepted: readonly (readonly string[])[]): Promise<void> {
    return this.#turns.run(async () => {
      const cohort = [...sites].sort();
      const known = await this.#find(study, rosterHash);
      if (known?.sites) return assertSame(known.sites, cohort);
      for (const other of await this.underOtherRosters(study, rosterHash)) {
        if (!accepted.some((one) => one.join() === other.join())) assertSame(other, cohort);
      }
      await this.#write(study, rosterHash, { members: known?.members ?? cohort, sites: cohort });
    });
  }

  async #find(study: string, rosterHash: string): Promise<Cohort | undefined> {
    const text = await readIfThere(this.#file(study, rosterHash));
    return text && cohortSchema.parse(JSON.parse(text.toString()));
  }

  #write(study: string, rosterHash: string, cohort: Cohort): Promise<void> {
    return writeDurableFile(this.#file(study, rosterHash), JSON.stringify(cohort));
  }

  #file(study: string, rosterHash: string): string {
    return join(this.#folder, study, `${rosterHash}.json`);
  }
}

function assertSame(fixed: readonly string[], sites: readonly string[]): void {
  if (fixed.join() !== sites.join()) throw new ConsiliumError('cohort-changed', `They are opened over ${fixed.join(', ')}; this sum is over ${sites.join(', ')}.`);
}
