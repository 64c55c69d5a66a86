import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { expandedCiphertextBytes, seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { WorkerThread } from '../../shared/threads/worker-thread.ts';
import type { Payloads } from '../payloads.ts';
import { assertIntact } from './damaged-contributions.ts';
import { stripeCiphertexts, type SummedFile, type SumShape } from './stripe-sums.ts';
import type { SummingQuestion } from './summing-thread.ts';

/** Which sum of a round, and how many ciphertexts each contribution to it has. */
export interface SumOf {
  readonly round: string;
  readonly part: Part;
  readonly ciphertexts: number;
}

type SummingThread = WorkerThread<SummingQuestion, string[]>;

/** One for each core, for all coordinators of this process; each starts when it is needed first. */
const threads: readonly SummingThread[] = Array.from(
  { length: availableParallelism() },
  (_, thread) => new WorkerThread(new URL('./summing-thread.ts', import.meta.url), { thread, threads: availableParallelism() }),
);

/**
 * Sums of the rounds that are collecting, made by worker threads while contributions arrive. A running sum is a cache: whatever is
 * missing in it when it is written is taken from the contributions on disk, and what does not belong is taken out.
 */
export class RunningSums implements Disposable {
  readonly #payloads: Payloads;
  /** Tells this coordinator's sums from those of another one in the same process. */
  readonly #name = randomUUID();
  readonly #open = new Set<string>();
  /** Rounds whose set of contributions is fixed: an upload that was under way must not change what is being written. */
  readonly #closed = new Set<string>();

  constructor(payloads: Payloads) {
    this.#payloads = payloads;
  }

  /**
   * Adds a contribution as far as it is in its file; asked again when there is more, it goes on from where it was.
   *
   * @param bytes how many of the contribution are in the file
   * @throws round-not-collecting once the round is aggregated or discarded, and all errors of loadCiphertext: the contribution
   *   is not fit to be summed, and has to be unfolded
   */
  async fold(sum: SumOf, contribution: SummedFile, bytes: number): Promise<void> {
    if (this.#closed.has(sum.round)) throw new ConsiliumError('round-not-collecting', 'It was closed while the upload was under way.');
    const shape = this.#shape(sum);
    this.#open.add(shape.sum);
    await askAll(shape, { kind: 'fold', shape, contribution, upTo: Math.floor(bytes / seededCiphertextBytes) });
  }

  /** Takes a contribution out again, or what there is of it; its file has to be there still. */
  async unfold(sum: SumOf, digest: string): Promise<void> {
    const shape = this.#shape(sum);
    if (!this.#closed.has(sum.round)) await askAll(shape, { kind: 'unfold', shape, digest });
  }

  /**
   * Writes the sum of exactly these contributions to disk and returns its digest. Nothing is added to the round's sums any more.
   * @throws payload-damaged, not-found
   */
  async aggregate(sum: SumOf, digests: readonly string[]): Promise<string> {
    this.#closed.add(sum.round);
    const shape = this.#shape(sum);
    this.#open.add(shape.sum);
    const whole = await askAll(shape, { kind: 'whole', shape, digests });
    for (const digest of digests.filter((digest) => !whole.every((ofThread) => ofThread.includes(digest)))) await assertIntact(this.#payloads, digest);
    const contributions = await Promise.all(digests.map(async (digest) => ({ digest, file: await this.#payloads.locate(digest) })));
    const { digest } = await this.#payloads.compose(sum.ciphertexts * expandedCiphertextBytes, async (output) => {
      await askAll(shape, { kind: 'write', shape, contributions, output });
    });
    return digest;
  }

  /** Frees the memory of a round's sums. Nothing is added to them any more. */
  discard(round: string): void {
    this.#closed.add(round);
    for (const part of ['update', 'statistics'] as const) this.#free(this.#key(round, part));
  }

  [Symbol.dispose](): void {
    for (const sum of this.#open) this.#free(sum);
  }

  #free(sum: string): void {
    if (!this.#open.delete(sum)) return;
    for (const thread of threads) thread.tell({ kind: 'discard', sum });
  }

  #shape({ round, part, ciphertexts }: SumOf): SumShape {
    return { sum: this.#key(round, part), ciphertexts };
  }

  #key(round: string, part: Part): string {
    return `${this.#name}/${round}/${part}`;
  }
}

/** The answers of all threads that have a share of the sum. */
function askAll(shape: SumShape, question: SummingQuestion): Promise<string[][]> {
  const sharing = threads.slice(0, Math.ceil(shape.ciphertexts / stripeCiphertexts));
  return Promise.all(sharing.map((thread) => thread.ask(question)));
}
