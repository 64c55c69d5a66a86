/** Work in queues: queues go on side by side, and within one queue each piece waits for the piece before. */
export class Turns {
  readonly #underWay = new Set<string>();
  readonly #last = new Map<string, Promise<void>>();
  readonly #stops = new Map<string, AbortController>();

  /**
   * Adds a piece of work unless it is in the queue already.
   * @param work never rejects; its signal is aborted when the queue is cut off
   */
  take(queue: string, id: string, work: (cutOff: AbortSignal) => Promise<void>): void {
    if (this.#underWay.has(id)) return;
    this.#underWay.add(id);
    const { signal } = this.#stop(queue);
    const turn = (this.#last.get(queue) ?? Promise.resolve())
      .then(() => work(signal))
      .finally(() => {
        this.#underWay.delete(id);
        if (this.#last.get(queue) !== turn) return;
        this.#last.delete(queue);
        this.#stops.delete(queue);
      });
    this.#last.set(queue, turn);
  }

  /** Aborts what is in a queue now, for a reason that its signal carries; what is added later is not concerned. */
  cutOff(queue: string, reason: Error): void {
    this.#stops.get(queue)?.abort(reason);
    this.#stops.delete(queue);
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#last.values());
  }

  #stop(queue: string): AbortController {
    const stop = this.#stops.get(queue) ?? new AbortController();
    this.#stops.set(queue, stop);
    return stop;
  }
}
