import { ConsiliumError, type Problem } from '../errors/consilium-error.ts';

/**
 * What is wrong with a data file, gathered so that a person can correct everything in one go.
 *
 * A path names file, line and column (`heart.csv:17:chol`). Neither path nor message may hold
 * the text of a cell. A header cell counts as one, unless it equals a column of the contract:
 * in a file without a header it is the first patient.
 */
export class DataProblems {
  readonly #most: number;
  readonly #kept: Problem[] = [];
  #count = 0;

  /** @param most problems that are listed; the rest are counted */
  constructor(most = 50) {
    this.#most = most;
  }

  get count(): number {
    return this.#count;
  }

  add(path: string, message: string): void {
    this.#count++;
    if (this.#kept.length < this.#most) this.#kept.push({ path, message });
  }

  /** @throws ConsiliumError `data-invalid` with every problem added so far, if there is one */
  throwIfAny(file: string): void {
    if (this.#count === 0) return;
    const more = this.#count - this.#kept.length;
    const problems = more > 0 ? [...this.#kept, { path: file, message: `and ${more} more` }] : [...this.#kept];
    throw new ConsiliumError('data-invalid', `${file} has ${this.#count} problem${this.#count === 1 ? '' : 's'}.`, { problems });
  }
}
