import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { ConsentFolder } from './consent-folder.ts';
import { readRecord, recordNames, writeRecord } from './record-file.ts';

const decisionSchema = z.strictObject({
  study: z.string(),
  planHash: z.string(),
  rosterHash: z.string(),
  decision: z.enum(['approved', 'refused', 'withdrawn']),
  decidedBy: z.enum(['policy', 'person']),
  /** Who the person is; never leaves the hospital. Empty for the policy. */
  by: z.string(),
  /** Why it was refused: a code of the error catalogue; empty otherwise. */
  code: z.string(),
  /** The sites over which statistics were opened, or may have been, under other rosters when it was approved. */
  knownCohorts: z.array(z.array(z.string())).optional(),
  /** Whether it was approved that statistics leave about other data than before. */
  newData: z.boolean().optional(),
  decidedAtMs: z.int(),
});

export type Decision = Readonly<z.output<typeof decisionSchema>>;

const toldSchema = z.strictObject({ decidedAtMs: z.int() });

const timeDigits = 15;

/**
 * Every decision of this hospital about studies, each in a file of its own that is never changed: whoever decides at the
 * same time as somebody else overwrites nothing.
 */
export class Decisions {
  readonly #folder: ConsentFolder;
  readonly #clock: Clock;

  constructor(folder: ConsentFolder, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  /** Studies about which anything was decided. */
  async studies(): Promise<string[]> {
    return [...new Set((await recordNames(this.#folder.decisions)).map(studyOf))];
  }

  /** From the oldest to the newest. */
  async of(study: string): Promise<Decision[]> {
    const names = (await recordNames(this.#folder.decisions)).filter((name) => studyOf(name) === study);
    const decisions = await Promise.all(names.map((name) => readRecord(decisionSchema, join(this.#folder.decisions, `${name}.json`))));
    return decisions.filter((decision) => decision !== undefined);
  }

  /** On disk when the promise resolves, and later than all before it, whatever the clock says. */
  async add(decision: Omit<Decision, 'decidedAtMs'>): Promise<Decision> {
    const last = (await this.of(decision.study)).at(-1);
    const decidedAtMs = Math.max(this.#clock.nowMs(), (last?.decidedAtMs ?? 0) + 1);
    const added = { ...decision, decidedAtMs };
    const name = `${decision.study}.${String(decidedAtMs).padStart(timeDigits, '0')}.${randomBytes(4).toString('hex')}.json`;
    await writeRecord(join(this.#folder.decisions, name), added);
    return added;
  }

  /** When the newest decision was made that the coordinator took note of; 0 before the first. */
  async toldAtMs(study: string): Promise<number> {
    return (await readRecord(toldSchema, this.#folder.told(study)))?.decidedAtMs ?? 0;
  }

  async markTold({ study, decidedAtMs }: Decision): Promise<void> {
    if (decidedAtMs > (await this.toldAtMs(study))) await writeRecord(this.#folder.told(study), { decidedAtMs });
  }
}

/** Names of studies hold no dots. */
function studyOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}
