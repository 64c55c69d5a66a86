import { keyedRandomness } from '../../shared/models/keyed-randomness.ts';

/**
 * Which rows each step trains on. The rows are passed over again and again, each pass in an order of its own that
 * follows from the key and the pass alone; step s takes the s-th batch of the passes laid end to end, so every batch
 * is full and any step can be found without those before it. Fewer rows than a batch make one batch of them all.
 */
export class BatchOrder {
  readonly rowsPerBatch: number;
  readonly #key: Uint8Array;
  readonly #rowCount: number;
  #pass = -1;
  #order: Uint32Array = new Uint32Array();

  constructor(key: Uint8Array, rowCount: number, batchSize: number) {
    this.#key = key;
    this.#rowCount = rowCount;
    this.rowsPerBatch = Math.min(batchSize, rowCount);
  }

  /** Row numbers of a step; steps count from 0. */
  rows(step: number): Uint32Array {
    const first = step * this.rowsPerBatch;
    return Uint32Array.from({ length: this.rowsPerBatch }, (_, at) => this.#rowAt(first + at));
  }

  #rowAt(position: number): number {
    const pass = Math.floor(position / this.#rowCount);
    if (pass !== this.#pass) {
      this.#order = shuffled(this.#rowCount, this.#key, pass);
      this.#pass = pass;
    }
    return this.#order[position % this.#rowCount] as number;
  }
}

/** Fisher-Yates shuffle of 0 .. count-1 (Durstenfeld 1964). */
function shuffled(count: number, key: Uint8Array, pass: number): Uint32Array {
  const random = keyedRandomness(key, 'batch order', pass);
  const order = Uint32Array.from({ length: count }, (_, row) => row);
  for (let last = count - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1));
    const kept = order[last] as number;
    order[last] = order[chosen] as number;
    order[chosen] = kept;
  }
  return order;
}
