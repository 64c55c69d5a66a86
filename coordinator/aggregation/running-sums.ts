import { setImmediate } from 'node:timers/promises';
import { ciphertextRecords } from '../../shared/ciphertexts/ciphertext-records.ts';
import { CiphertextSum } from '../../shared/ciphertexts/ciphertext-sum.ts';
import { seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { sealContext, type SealContext } from '../../shared/ciphertexts/seal-context.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { Payloads } from '../payloads.ts';

interface RunningSum extends Disposable {
  readonly sum: CiphertextSum;
  /** Digests of the contributions that are in it, whole. */
  readonly folded: Set<string>;
  /** Contributions that are being added now, by digest. */
  readonly adding: Map<string, Promise<void>>;
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
  /** Rounds whose set of contributions is fixed: an upload that was under way must not change what is being written. */
  readonly #closed = new Set<string>();

  constructor(payloads: Payloads) {
    this.#payloads = payloads;
  }

  /**
   * Adds a contribution, reading it from disk one ciphertext at a time. One that is being added already is waited for.
   * @throws round-not-collecting once the round is aggregated or discarded, and all errors of loadCiphertext: the contribution
   *   is not fit to be summed
   */
  async fold(round: string, part: Part, digest: string): Promise<void> {
    const sealing = await sealContext();
    if (this.#closed.has(round)) throw new ConsiliumError('round-not-collecting', 'It was closed while the upload was under way.');
    const running = this.#running(round, part, sealing);
    if (!running.folded.has(digest)) await (running.adding.get(digest) ?? this.#startAdding(running, digest));
  }

  /** Writes the sum of exactly these contributions to disk and returns its digest. Nothing is added to the round's sums any more. */
  async aggregate(round: string, part: Part, digests: readonly string[]): Promise<string> {
    this.#closed.add(round);
    const running = this.#sums.get(keyOf(round, part));
    if (running && holdsExactly(running, digests)) return (await this.#payloads.save(running.sum.serialise())).digest;
    using exact = new CiphertextSum(await sealContext());
    for (const digest of digests) await this.#addTo(exact, digest);
    return (await this.#payloads.save(exact.serialise())).digest;
  }

  /** Frees the memory of a round's sums. Nothing is added to them any more. */
  discard(round: string): void {
    this.#closed.add(round);
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

  #startAdding(running: RunningSum, digest: string): Promise<void> {
    const adding = this.#addTo(running.sum, digest)
      .then(
        () => void running.folded.add(digest),
        (error: unknown) => {
          running.spoilt = true;
          throw error;
        },
      )
      .finally(() => running.adding.delete(digest));
    running.adding.set(digest, adding);
    return adding;
  }

  async #addTo(sum: CiphertextSum, digest: string): Promise<void> {
    let index = 0;
    for await (const bytes of ciphertextRecords(this.#payloads.read(digest), seededCiphertextBytes)) {
      sum.add(index++, bytes);
      await setImmediate();
    }
  }

  #running(round: string, part: Part, sealing: SealContext): RunningSum {
    const key = keyOf(round, part);
    const known = this.#sums.get(key);
    if (known) return known;
    const sum = new CiphertextSum(sealing);
    const running: RunningSum = { sum, folded: new Set(), adding: new Map(), spoilt: false, [Symbol.dispose]: () => sum[Symbol.dispose]() };
    this.#sums.set(key, running);
    return running;
  }
}

function holdsExactly({ folded, adding, spoilt }: RunningSum, digests: readonly string[]): boolean {
  return !spoilt && adding.size === 0 && folded.size === digests.length && digests.every((digest) => folded.has(digest));
}

function keyOf(round: string, part: Part): string {
  return `${round}/${part}`;
}
