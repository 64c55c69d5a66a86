import { existsSync } from 'node:fs';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFolder, readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { float32FromBytes, littleEndianBytes } from '../../shared/payloads/little-endian.ts';

const pendingBeginning = 'pending-residual.';

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

  /**
   * Keeps the rounding error of a contribution that is about to leave. A crash may leave one file without the other: then nothing was
   * sealed yet, and nothing has left.
   */
  async setPending(round: string, contributionDigest: string, residual: Float32Array): Promise<void> {
    await Promise.all([
      writeDurableFile(this.#pendingPath(contributionDigest), littleEndianBytes(residual)),
      writeDurableFile(this.#path('pending.json'), JSON.stringify({ round, contributionDigest })),
    ]);
    await this.#forgetPendingBut(this.#pendingPath(contributionDigest));
  }

  /**
   * Settles what is pending from an earlier round than `round`.
   * @param summedIn digests of the contributions that make up the model version of a round, by the lineage of the new base; none when it has no such version
   */
  async settle(round: string, summedIn: (round: string) => Promise<readonly string[]>): Promise<'kept' | 'dropped' | 'nothing pending'> {
    const pending = await readIfThere(this.#path('pending.json'));
    if (!pending) return 'nothing pending';
    const { round: pendingRound, contributionDigest } = JSON.parse(pending.toString()) as { round: string; contributionDigest: string };
    if (pendingRound === round) return 'nothing pending';
    const included = (await summedIn(pendingRound)).includes(contributionDigest);
    if (included && existsSync(this.#pendingPath(contributionDigest))) {
      await rename(this.#pendingPath(contributionDigest), this.#path('residual'));
      await flushFolder(this.#folder);
    }
    await rm(this.#path('pending.json'), { force: true });
    await this.#forgetPendingBut();
    return included ? 'kept' : 'dropped';
  }

  /** Removes what is pending but for one contribution: a crash may have left that of one which was never sealed. */
  async #forgetPendingBut(kept?: string): Promise<void> {
    const pending = (await readdir(this.#folder)).filter((name) => name.startsWith(pendingBeginning)).map((name) => this.#path(name));
    for (const path of pending.filter((path) => path !== kept)) await rm(path, { force: true });
  }

  /** Its name says whose it is: it may be there before `pending.json` is. */
  #pendingPath(contributionDigest: string): string {
    return this.#path(`${pendingBeginning}${contributionDigest}`);
  }

  #path(name: string): string {
    return join(this.#folder, name);
  }
}
