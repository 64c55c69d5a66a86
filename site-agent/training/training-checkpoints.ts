import { join } from 'node:path';
import { namesIfThere } from '../../shared/files/durable-file.ts';
import { eraseCheckpoint } from './training-checkpoint.ts';

/** What is kept of the trainings of one run: a folder for each round and attempt, erased as soon as it is of no use. */
export class TrainingCheckpoints {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  folderOf({ round, attempt }: { round: string; attempt: number }): string {
    return join(this.#folder, `${round}.${attempt}`);
  }

  /** Erases them all, or all but that of one round. */
  async erase(except?: { round: string; attempt: number }): Promise<void> {
    const folders = namesIfThere(this.#folder).map((name) => join(this.#folder, name));
    const kept = except && this.folderOf(except);
    for (const folder of folders.filter((folder) => folder !== kept)) await eraseCheckpoint(folder);
  }
}
