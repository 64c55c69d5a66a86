import { join } from 'node:path';
import { exitCodes } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';

/**
 * Whether this site still opens sums in an epoch. One sum that fails a check ends it for good: whoever could try again and
 * again, and listen for accept or refuse, would learn about the key from the answers.
 */
export class DecryptionStop {
  readonly #file: string;

  /** @param folder of the run */
  constructor(folder: string, epoch: number) {
    this.#file = join(folder, `decryption-stopped.${epoch}.json`);
  }

  /** Does the work unless an earlier check failed; a failed check is on disk before anybody hears of it. @throws decryption-stopped */
  async guard<Result>(work: () => Promise<Result>): Promise<Result> {
    if (await readIfThere(this.#file)) throw new ConsiliumError('decryption-stopped');
    try {
      return await work();
    } catch (error) {
      if (error instanceof ConsiliumError && error.entry.exit === exitCodes.integrity) await writeDurableFile(this.#file, JSON.stringify({ code: error.code }));
      throw error;
    }
  }
}
