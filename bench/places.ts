/** Places for so many holders at once; others wait in the order in which they came. */
export class Places {
  #free: number;
  readonly #holders = new Set<string>();
  readonly #waiting: (() => void)[] = [];

  constructor(count: number) {
    this.#free = count;
  }

  /** Whoever has a place keeps it. */
  async take(holder: string): Promise<void> {
    if (this.#holders.has(holder)) return;
    while (this.#free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#free -= 1;
    this.#holders.add(holder);
  }

  leave(holder: string): void {
    if (!this.#holders.delete(holder)) return;
    this.#free += 1;
    this.#waiting.shift()?.();
  }
}
