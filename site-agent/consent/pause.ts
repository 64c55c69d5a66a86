import { rm } from 'node:fs/promises';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import type { ConsentFolder } from './consent-folder.ts';
import { readRecord, writeRecord } from './record-file.ts';

const pausedSchema = z.strictObject({ by: z.string(), pausedAtMs: z.int() });

export type Paused = Readonly<z.output<typeof pausedSchema>>;

/** Whether the hospital has paused its site. */
export class Pause {
  readonly #folder: ConsentFolder;
  readonly #clock: Clock;

  constructor(folder: ConsentFolder, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  current(): Promise<Paused | undefined> {
    return readRecord(pausedSchema, this.#folder.paused);
  }

  /** A site that is paused already stays as it is. */
  async begin(by: string): Promise<void> {
    if (!(await this.current())) await writeRecord(this.#folder.paused, { by, pausedAtMs: this.#clock.nowMs() });
  }

  async end(): Promise<void> {
    await rm(this.#folder.paused, { force: true });
  }
}
