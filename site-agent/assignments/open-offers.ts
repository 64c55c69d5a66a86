import type { Assignment } from './assignment.ts';

/** Rounds of a run that take no contributions any more: all with a number below this one. */
export interface ClosedRounds {
  readonly run: string;
  readonly below: number;
}

/** Work shows which rounds have closed: a round is offered after those before it, and its sum is signed and opened after it closed. */
export function roundsClosedBy(assignment: Assignment): ClosedRounds | undefined {
  switch (assignment.kind) {
    case 'round':
      return { run: assignment.offer.run, below: assignment.offer.number };
    case 'co-signature':
    case 'decryption':
      return { run: assignment.request.run, below: assignment.request.number + 1 };
    case 'epoch-closing':
      return { run: assignment.request.run, below: assignment.request.next.round };
    case 'run-end':
      return { run: assignment.run, below: Infinity };
    default:
      return undefined;
  }
}

/** Offers of rounds on which this site is still at work, or that wait for their turn: each ends at once when its round has closed. */
export class OpenOffers {
  readonly #open = new Set<{ readonly run: string; readonly number: number; readonly stop: AbortController }>();
  readonly #closed = new Map<string, { readonly below: number; readonly reason: Error }>();

  /** Does a piece of work with a signal that is aborted by its own, and for an offer also when its round closes. */
  async during(assignment: Assignment, signal: AbortSignal, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    if (assignment.kind !== 'round') return work(signal);
    const { run, number } = assignment.offer;
    const offer = { run, number, stop: new AbortController() };
    const closed = this.#closed.get(run);
    if (closed && number < closed.below) offer.stop.abort(closed.reason);
    this.#open.add(offer);
    try {
      await work(AbortSignal.any([signal, offer.stop.signal]));
    } finally {
      this.#open.delete(offer);
    }
  }

  /** @param reason that the signals carry */
  close({ run, below }: ClosedRounds, reason: Error): void {
    if (below === Infinity) this.#closed.delete(run);
    else this.#closed.set(run, { below, reason });
    for (const { run: ofRun, number, stop } of this.#open) if (ofRun === run && number < below) stop.abort(reason);
  }
}
