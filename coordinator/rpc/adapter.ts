import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { Metadata, type handleClientStreamingCall, type handleServerStreamingCall, type handleUnaryCall, type StatusObject } from '@grpc/grpc-js';
import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { storageFailure } from '../../shared/errors/storage-failure.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { RefusedCall } from '../audit/refused-calls.ts';
import { unlessAborted } from '../unless-aborted.ts';
import { RefusedMessage, wireBytes } from './bounded-messages.ts';
import { callNouns } from './call-nouns.ts';
import type { Admit, IncomingCall } from './caller.ts';
import { statusOf } from './error-status.ts';

/** What a handler may want besides caller and request. */
export interface CallContext {
  /** Aborted when the caller goes away, cancels, runs out of time or is cut off. */
  readonly signal: AbortSignal;
  /** Says which run, round or study the call is about, for the audit log in case it is refused. */
  about(subject: string): void;
}

export interface AdapterOptions {
  /** How long a handler waits for the next message of a caller's stream, and how far the stream may fall behind its pace. */
  readonly silenceMaxMs?: number;
  readonly minBytesPerSecond?: number;
  /** Told of every call that fails, before the caller is. */
  readonly onFailure?: (failure: RefusedCall) => Promise<void>;
}

/**
 * Turns handlers of the form `(caller, request) => reply` into gRPC's: reads who calls before anything
 * else, and sends what a handler throws as a status. A caller who is cut off hears so at once, whatever the handler is
 * at. One adapter for each kind of caller.
 */
export class Adapter<Caller extends { readonly name: string } | undefined> {
  readonly #admit: Admit<Caller>;
  readonly #log: Logger;
  readonly #pace: Pace;
  readonly #onFailure: AdapterOptions['onFailure'];

  constructor(admit: Admit<Caller>, log: Logger, { silenceMaxMs = 60_000, minBytesPerSecond = 1024, onFailure }: AdapterOptions = {}) {
    this.#admit = admit;
    this.#log = log;
    this.#pace = { silenceMaxMs, minBytesPerSecond };
    this.#onFailure = onFailure;
  }

  unary<Request, Reply>(handler: (caller: Caller, request: Request, context: CallContext) => Promise<Reply> | Reply): handleUnaryCall<Request, Reply> {
    return (call, callback) => {
      this.#reply(call, async (caller, context) => handler(caller, readable(call.request), context)).then(
        (reply) => callback(null, reply),
        (error: unknown) => callback(this.#status(call, error)),
      );
    };
  }

  /** The caller hears at once that it was let in; the next reply is asked of the handler only when the caller has room for it. */
  serverStream<Request, Reply>(
    handler: (caller: Caller, request: Request, context: CallContext) => AsyncIterable<Reply>,
  ): handleServerStreamingCall<Request, Reply> {
    return (call) => {
      this.#reply(call, async (caller, context) => {
        call.sendMetadata(new Metadata());
        for await (const reply of handler(caller, readable(call.request), context)) {
          context.signal.throwIfAborted();
          if (!call.write(reply)) await once(call, 'drain', { signal: context.signal });
          context.signal.throwIfAborted();
        }
      }).then(
        () => call.end(),
        (error: unknown) => call.emit('error', this.#status(call, error)),
      );
    };
  }

  /** When the handler throws, the rest of what the caller sends is dropped. When the caller breaks off, the iteration throws. */
  clientStream<Request, Reply>(
    handler: (caller: Caller, requests: AsyncIterable<Request>, context: CallContext) => Promise<Reply>,
  ): handleClientStreamingCall<Request, Reply> {
    return (call, callback) => {
      this.#reply(call, (caller, context) => handler(caller, received<Request>(call, context.signal, this.#pace), context)).then(
        (reply) => callback(null, reply),
        (error: unknown) => callback(this.#status(call, error)),
      );
    };
  }

  async #reply<Reply>(call: Call, handle: (caller: Caller, context: CallContext) => Promise<Reply>): Promise<Reply> {
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort(new ConsiliumError('cancelled', 'The caller went away.')));
    let caller: Caller | undefined;
    let subject = '';
    try {
      using admission = await this.#admit(call);
      caller = admission.caller;
      const cut = admission.signal;
      const context = { signal: AbortSignal.any([gone.signal, cut]), about: (name: string) => void (subject = name) };
      try {
        return await unlessAborted(cut, handle(caller, context));
      } finally {
        cut.throwIfAborted(); // why it was cut off is all that the caller is told
      }
    } catch (thrown) {
      const error = storageFailure(thrown) ?? asConsiliumError(thrown);
      await this.#onFailure?.({ site: caller?.name, address: call.getPeer(), call: callNouns[call.getPath()] ?? 'call', subject, error });
      throw thrown;
    }
  }

  #status(call: Call, error: unknown): StatusObject {
    return statusOf(call.cancelled ? new ConsiliumError('cancelled', '', { cause: error }) : error, this.#log.child({ call: call.getPath() }));
  }
}

/**
 * What a caller sends, until it says that it is done. gRPC shows a stream that was reset as ended, and as cancelled only a
 * moment later; of one whose connection was lost while messages waited it may never tell anything. Neither may look
 * like a whole upload, nor keep a handler waiting for ever.
 */
async function* received<Request>(call: Readable, stopped: AbortSignal, { silenceMaxMs, minBytesPerSecond }: Pace): AsyncGenerator<Request, void> {
  stopped.throwIfAborted();
  const stop = () => call.destroy(stopped.reason as Error);
  stopped.addEventListener('abort', stop, { once: true });
  call.on('error', () => undefined); // iteration reports it
  const requests = call[Symbol.asyncIterator]() as AsyncIterator<Request, void>;
  const tooSlow = () => call.destroy(new ConsiliumError('too-slow', `It has to bring ${minBytesPerSecond} bytes a second, over ${silenceMaxMs / 1000} seconds.`));
  let leftMs = silenceMaxMs;
  try {
    for (;;) {
      const sinceMs = performance.now();
      const timer = setTimeout(tooSlow, leftMs);
      const next = await requests.next().finally(() => clearTimeout(timer));
      if (next.done) break;
      const request = readable(next.value);
      const earnedMs = (wireBytes(request as object) / minBytesPerSecond) * 1000;
      leftMs = Math.min(silenceMaxMs, leftMs - (performance.now() - sinceMs) + earnedMs);
      yield request;
    }
    await setImmediate();
    stopped.throwIfAborted();
  } finally {
    stopped.removeEventListener('abort', stop);
    call.destroy();
  }
}

/** How fast a caller's stream has to come. Only the time counts for which a handler waits for it. */
interface Pace {
  readonly silenceMaxMs: number;
  readonly minBytesPerSecond: number;
}

/** @throws the refusal of a message that was out of bounds */
function readable<Request>(request: Request): Request {
  if (request instanceof RefusedMessage) throw request.error;
  return request;
}

/** What all three kinds of gRPC call have in common, as far as it is used here. */
interface Call extends IncomingCall {
  readonly cancelled: boolean;
  getPath(): string;
  getPeer(): string;
  on(event: 'cancelled', listener: () => void): unknown;
}
