import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flushFolder, namesIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { fileChunks } from '../../shared/files/file-chunks.ts';
import { float32FromBytes, littleEndianBytes } from '../../shared/payloads/little-endian.ts';

/** Whose rounding error a file holds is its name: `pending-residual.ROUND.DIGEST`. */
const pendingForm = /^pending-residual\.(?<round>.+)\.(?<contribution>[^.]+)$/;

/**
 * Rounding errors that wait for the next round, for one run, as one flat vector in the order of the weights.
 *
 * What becomes of a contribution is decided by the published lineage alone. Until then its rounding error is pending:
 * if the contribution is in the next version's lineage, the pending error takes the place of the old one;
 * if not, the delta is dropped and the old one stays.
 */
export class ResidualStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Adds the rounding errors to values in the same order. They are read in pieces: beside the values there is no second vector in memory.
   * @throws RangeError when there are more or fewer of them than values
   */
  async addTo(values: Float32Array): Promise<void> {
    const path = this.#path('residual');
    if (!existsSync(path)) return;
    let at = 0;
    for await (const chunk of fileChunks(path)) {
      for (const error of float32FromBytes(chunk)) values[at++]! += error;
    }
    if (at !== values.length) throw new RangeError(`There are rounding errors of ${at} values for ${values.length}.`);
  }

  /** Keeps the rounding error of a contribution that is about to leave, and of none before it that a crash kept from being sealed. */
  async setPending(round: string, contributionDigest: string, residual: Float32Array): Promise<void> {
    const name = `pending-residual.${round}.${contributionDigest}`;
    await writeDurableFile(this.#path(name), littleEndianBytes(residual));
    for (const pending of this.#pending()) if (pending.name !== name) this.#remove(pending.name);
  }

  /**
   * Settles what is pending from an earlier round than `round`.
   * @param summedIn digests of the contributions that make up the model version of a round, by the lineage of the new base; none when it has no such version
   */
  async settle(round: string, summedIn: (round: string) => Promise<readonly string[]>): Promise<'kept' | 'dropped' | 'nothing pending'> {
    const earlier = this.#pending().filter((pending) => pending.round !== round);
    if (earlier.length === 0) return 'nothing pending';
    let included = false;
    for (const pending of earlier) {
      if ((await summedIn(pending.round)).includes(pending.contribution)) {
        renameSync(this.#path(pending.name), this.#path('residual'));
        included = true;
      } else {
        this.#remove(pending.name);
      }
    }
    await flushFolder(this.#folder);
    return included ? 'kept' : 'dropped';
  }

  /** More than one are there only after a crash. */
  #pending(): { name: string; round: string; contribution: string }[] {
    return namesIfThere(this.#folder).flatMap((name) => {
      const { round, contribution } = pendingForm.exec(name)?.groups ?? {};
      return round && contribution ? [{ name, round, contribution }] : [];
    });
  }

  #remove(name: string): void {
    rmSync(this.#path(name), { force: true });
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
