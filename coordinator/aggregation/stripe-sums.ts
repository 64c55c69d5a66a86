import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import { CiphertextSum } from '../../shared/ciphertexts/ciphertext-sum.ts';
import { expandedCiphertextBytes, seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import type { SealContext } from '../../shared/ciphertexts/seal-context.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** A contribution's bytes, and where they are: a file that may still be growing. */
export interface SummedFile {
  /** SHA-256, hex: stands for the contribution. */
  readonly digest: string;
  readonly file: string;
}

/** Which sum, and how many ciphertexts each contribution to it has. */
export interface SumShape {
  readonly sum: string;
  readonly ciphertexts: number;
}

/** Ciphertexts that one thread adds at a time: half a MiB of a contribution. */
export const stripeCiphertexts = 16;

/** First ciphertext and end. */
type Stripe = readonly [from: number, end: number];

interface StripeSum {
  readonly total: CiphertextSum;
  /** For each contribution how many of this thread's stripes are in the sum, and the file that they came from. */
  readonly folded: Map<string, { file: string; stripes: number }>;
}

/**
 * One thread's share of the running sums: of every contribution the stripes whose number is the thread's modulo the number of threads.
 * It reads them from the contributions' files, while these grow, and remembers how far it is. All of it is a cache.
 */
export class StripeSums {
  readonly #sealing: SealContext;
  readonly #thread: number;
  readonly #threads: number;
  readonly #sums = new Map<string, StripeSum>();
  readonly #records = Buffer.alloc(stripeCiphertexts * seededCiphertextBytes);

  constructor(sealing: SealContext, { thread, threads }: { thread: number; threads: number }) {
    this.#sealing = sealing;
    this.#thread = thread;
    this.#threads = threads;
  }

  /** Adds the stripes of a contribution that are whole once `upTo` of its ciphertexts are in the file, and not added yet. @throws all errors of loadCiphertext */
  fold(shape: SumShape, { digest, file }: SummedFile, upTo: number): void {
    const sum = this.#sum(shape.sum);
    const progress = sum.folded.get(digest) ?? { file, stripes: 0 };
    sum.folded.set(digest, progress);
    progress.file = file;
    for (const { first, records } of this.#read(file, this.#stripes(shape, upTo).slice(progress.stripes))) {
      sum.total.add(first, ...records);
      progress.stripes++;
    }
  }

  /** Takes out again what was added of a contribution. Where that cannot be, the whole sum is forgotten: it is made anew from the files. */
  unfold(shape: SumShape, digest: string): void {
    const sum = this.#sums.get(shape.sum);
    const progress = sum?.folded.get(digest);
    if (!sum || !progress) return;
    try {
      const added = this.#stripes(shape, shape.ciphertexts).slice(0, progress.stripes);
      for (const { first, records } of this.#read(progress.file, added)) sum.total.subtract(first, ...records);
      sum.folded.delete(digest);
    } catch {
      this.discard(shape.sum);
    }
  }

  /** Which of these contributions are in the sum, with all stripes of this thread. */
  whole(shape: SumShape, digests: readonly string[]): string[] {
    const folded = this.#sums.get(shape.sum)?.folded;
    const stripes = this.#stripes(shape, shape.ciphertexts).length;
    return digests.filter((digest) => folded?.get(digest)?.stripes === stripes);
  }

  /** Writes this thread's stripes of the sum of exactly these contributions to their places in a file. @throws all errors of loadCiphertext */
  write(shape: SumShape, contributions: readonly SummedFile[], output: string): void {
    const wanted = new Set(contributions.map(({ digest }) => digest));
    for (const digest of this.#sums.get(shape.sum)?.folded.keys() ?? []) {
      if (!wanted.has(digest)) this.unfold(shape, digest);
    }
    for (const contribution of contributions) this.fold(shape, contribution, shape.ciphertexts);
    const { total } = this.#sum(shape.sum);
    const file = openSync(output, 'r+');
    try {
      for (const [from, end] of this.#stripes(shape, shape.ciphertexts)) {
        for (let index = from; index < end; index++) writeSync(file, total.serialised(index), 0, expandedCiphertextBytes, index * expandedCiphertextBytes);
      }
    } finally {
      closeSync(file);
    }
  }

  /** Frees the memory of a sum. */
  discard(sum: string): void {
    this.#sums.get(sum)?.total[Symbol.dispose]();
    this.#sums.delete(sum);
  }

  #sum(name: string): StripeSum {
    const known = this.#sums.get(name);
    if (known) return known;
    const sum: StripeSum = { total: new CiphertextSum(this.#sealing), folded: new Map() };
    this.#sums.set(name, sum);
    return sum;
  }

  /** The ciphertexts of stripes; they share one buffer, which the next stripe overwrites. */
  *#read(path: string, stripes: readonly Stripe[]): Generator<{ first: number; records: Buffer[] }> {
    if (stripes.length === 0) return;
    const file = openSync(path, 'r');
    try {
      for (const [from, end] of stripes) {
        const bytes = (end - from) * seededCiphertextBytes;
        const read = readSync(file, this.#records, 0, bytes, from * seededCiphertextBytes);
        if (read < bytes) throw new ConsiliumError('ciphertext-truncated', `${read} of ${bytes} bytes are there.`);
        yield { first: from, records: Array.from({ length: end - from }, (_, at) => this.#records.subarray(at * seededCiphertextBytes, (at + 1) * seededCiphertextBytes)) };
      }
    } finally {
      closeSync(file);
    }
  }

  /** This thread's stripes that are whole in the first `upTo` ciphertexts of a contribution. */
  #stripes({ ciphertexts }: SumShape, upTo: number): Stripe[] {
    const stripes: Stripe[] = [];
    for (let from = this.#thread * stripeCiphertexts; from < ciphertexts; from += this.#threads * stripeCiphertexts) {
      const end = Math.min(from + stripeCiphertexts, ciphertexts);
      if (end <= upTo) stripes.push([from, end]);
    }
    return stripes;
  }
}
