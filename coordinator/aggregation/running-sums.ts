import { setImmediate } from 'node:timers/promises';
import { ciphertextRecords } from '../../shared/ciphertexts/ciphertext-records.ts';
import { CiphertextSum } from '../../shared/ciphertexts/ciphertext-sum.ts';
import { seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { sealContext } from '../../shared/ciphertexts/seal-context.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { Payloads } from '../payloads.ts';

interface RunningSum extends Disposable {
  readonly sum: CiphertextSum;
  /** Digests of the contributions that are in it, whole. */
  readonly folded: Set<string>;
  /** Contributions that are being added now. */
  adding: number;
  /** Something was added in part: the sum is of no use any more. */
  spoilt: boolean;
}

/**
 * Sums of the rounds that are collecting. A running sum is a cache: whenever it does not hold exactly the contributions
 * that it should, it is made anew from the contributions on disk.
 */
export class RunningSums implements Disposable {
  readonly #payloads: Payloads;
  readonly #sums = new Map<string, RunningSum>();

  constructor(payloads: Payloads) {
    this.#payloads = payloads;
  }

  /**
   * Adds a contribution, reading it from disk one ciphertext at a time.
   * @throws all errors of loadCiphertext: the contribution is not fit to be summed
   */
  async fold(round: string, part: Part, digest: string): Promise<void> {
    const running = await this.#running(round, part);
    if (running.folded.has(digest)) return;
    running.adding++;
    try {
      await this.#addTo(running.sum, digest);
      running.folded.add(digest);
    } catch (error) {
      running.spoilt = true;
      throw error;
    } finally {
      running.adding--;
    }
  }

  /** Writes the sum of exactly these contributions to disk and returns its digest. */
  async aggregate(round: string, part: Part, digests: readonly string[]): Promise<string> {
    const running = await this.#running(round, part);
    if (!holdsExactly(running, digests)) {
      using exact = new CiphertextSum(await sealContext());
      for (const digest of digests) await this.#addTo(exact, digest);
      return (await this.#payloads.save(exact.serialise())).digest;
    }
    return (await this.#payloads.save(running.sum.serialise())).digest;
  }

  /** Frees the memory of a round's sums. */
  discard(round: string): void {
    for (const part of ['update', 'statistics'] as const) {
      const key = keyOf(round, part);
      this.#sums.get(key)?.[Symbol.dispose]();
      this.#sums.delete(key);
    }
  }

  [Symbol.dispose](): void {
    for (const running of this.#sums.values()) running[Symbol.dispose]();
    this.#sums.clear();
  }

  async #addTo(sum: CiphertextSum, digest: string): Promise<void> {
    let index = 0;
    for await (const bytes of ciphertextRecords(this.#payloads.read(digest), seededCiphertextBytes)) {
      sum.add(index++, bytes);
      await setImmediate();
    }
  }

  async #running(round: string, part: Part): Promise<RunningSum> {
    const sealing = await sealContext();
    const key = keyOf(round, part);
    const known = this.#sums.get(key);
    if (known) return known;
    const sum = new CiphertextSum(sealing);
    const running: RunningSum = { sum, folded: new Set(), adding: 0, spoilt: false, [Symbol.dispose]: () => sum[Symbol.dispose]() };
    this.#sums.set(key, running);
    return running;
  }
}

function holdsExactly({ folded, adding, spoilt }: RunningSum, digests: readonly string[]): boolean {
  return !spoilt && adding === 0 && folded.size === digests.length && digests.every((digest) => folded.has(digest));
}

function keyOf(round: string, part: Part): string {
  return `${round}/${part}`;
}
