/** Who holds how many places. Nothing is kept of those who hold none. */
export class Places {
  readonly #held = new Map<string, number>();

  /** A place until it is disposed of, or nothing when all are taken. */
  enter(key: string, max: number): Disposable | undefined {
    const present = this.#held.get(key) ?? 0;
    if (present >= max) return undefined;
    this.#held.set(key, present + 1);
    let left = false;
    return {
      [Symbol.dispose]: () => {
        if (left) return;
        left = true;
        const others = (this.#held.get(key) ?? 1) - 1;
        if (others === 0) this.#held.delete(key);
        else this.#held.set(key, others);
      },
    };
  }
}
