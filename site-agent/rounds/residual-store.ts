import { renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { flushFolder, namesIfThere, readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
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

  async current(): Promise<Float32Array | undefined> {
    const bytes = await readIfThere(this.#path('residual'));
    return bytes && float32FromBytes(bytes);
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
