import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { unlessAborted } from '../unless-aborted.ts';

interface UnderWay {
  readonly replaced: AbortController;
  readonly ended: Promise<unknown>;
}

/**
 * One upload of a kind at a time. The newest takes the place of the one before: a site whose connection broke comes back before the
 * coordinator has noticed that the old one is dead.
 */
export class UploadsUnderWay {
  readonly #latest = new Map<string, UnderWay>();

  /** @param work begins when the upload before it has ended; its signal is aborted when another one takes its place */
  async take<Result>(key: string, work: (replaced: AbortSignal) => Promise<Result>): Promise<Result> {
    const before = this.#latest.get(key);
    before?.replaced.abort(new ConsiliumError('cancelled', 'The site began this upload anew.'));
    const replaced = new AbortController();
    const result = (before?.ended ?? Promise.resolve()).then(() => {
      replaced.signal.throwIfAborted();
      return work(replaced.signal);
    });
    const ended = result.then(() => undefined, () => undefined);
    const own = { replaced, ended };
    this.#latest.set(key, own);
    try {
      return await result;
    } finally {
      if (this.#latest.get(key) === own) this.#latest.delete(key);
    }
  }
}

/** The chunks until the signal aborts; then it throws the signal's reason, whatever the sender does. */
export async function* unless(stopped: AbortSignal, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = chunks[Symbol.asyncIterator]();
  let done = false;
  try {
    for (;;) {
      const next = await unlessAborted(stopped, iterator.next());
      done = next.done === true;
      if (next.done) return;
      yield next.value;
    }
  } finally {
    if (!done) void iterator.return?.().catch(() => undefined);
  }
}
