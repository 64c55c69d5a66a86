import { ServerInterceptingCall, type ServerInterceptor } from '@grpc/grpc-js';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { toStatus } from '../../shared/wire/error-metadata.ts';
import type { CallGate, CallLimits, ConnectedCaller } from './call-limits.ts';
import type { MessageBounds } from './message-bounds.ts';
import type { SitePort } from './site-port.ts';

type Call = ConstructorParameters<typeof ServerInterceptingCall>[0];
type Listener = Parameters<Call['start']>[0];
type Status = Parameters<Call['sendStatus']>[0];
type AuthContext = ReturnType<Call['getAuthContext']>;

export interface BoundedCallParts {
  readonly gate: CallGate;
  readonly port: Pick<SitePort, 'callerAt' | 'cut'>;
  readonly bounds: Readonly<Record<string, MessageBounds>>;
  readonly limits: Pick<CallLimits, 'refusalDelayMs' | 'requestMaxMs' | 'replyMaxMs'>;
  /** Told of every call that was one too many. */
  readonly onLimited: (caller: ConnectedCaller, path: string) => void;
}

/** Stands before every handler: lets calls in by their caller's limits, and ends those whose caller does not send or does not read. */
export function boundedCalls(parts: BoundedCallParts): ServerInterceptor {
  const shown = new WeakMap<ConnectedCaller, AuthContext>();
  return ({ path, requestStream }, call) => {
    const caller = parts.port.callerAt(call.getConnectionInfo());
    const place = caller && parts.gate.enter(caller, path, parts.bounds[path] as MessageBounds);
    if (place) return new BoundedCall(call, parts, { caller, place, shown, awaitsOneMessage: !requestStream });
    if (caller) parts.onLimited(caller, path);
    return new RefusedCall(call, parts.limits.refusalDelayMs);
  };
}

/** Never reaches its handler. */
class RefusedCall extends ServerInterceptingCall {
  readonly #call: Call;
  readonly #delayMs: number;

  constructor(call: Call, delayMs: number) {
    super(call);
    this.#call = call;
    this.#delayMs = delayMs;
  }

  override start(_handler: Listener): void {
    const timer = setTimeout(() => this.#call.sendStatus(toStatus(new ConsiliumError('too-many-requests', 'The coordinator takes less from one caller.'))), this.#delayMs);
    this.#call.start({ onReceiveMetadata: ignore, onReceiveMessage: ignore, onReceiveHalfClose: ignore, onCancel: () => clearTimeout(timer) });
  }
}

/** A call that its caller can not keep open by doing nothing. What gRPC itself never gives up is ended with its connection. */
class BoundedCall extends ServerInterceptingCall {
  readonly #call: Call;
  readonly #parts: BoundedCallParts;
  readonly #caller: ConnectedCaller;
  readonly #place: Disposable;
  readonly #shown: WeakMap<ConnectedCaller, AuthContext>;
  #requestTimer: NodeJS.Timeout | undefined;
  #replyTimer: NodeJS.Timeout | undefined;
  #replies = 0;
  #isOver = false;

  constructor(call: Call, parts: BoundedCallParts, { caller, place, shown, awaitsOneMessage }: { caller: ConnectedCaller; place: Disposable; shown: WeakMap<ConnectedCaller, AuthContext>; awaitsOneMessage: boolean }) {
    super(call);
    this.#call = call;
    this.#parts = parts;
    this.#caller = caller;
    this.#place = place;
    this.#shown = shown;
    const { requestMaxMs } = parts.limits;
    const tooSlow = () => this.sendStatus(toStatus(new ConsiliumError('too-slow', `The request was not there after ${requestMaxMs / 1000} seconds.`)));
    if (awaitsOneMessage) this.#requestTimer = setTimeout(tooSlow, requestMaxMs);
  }

  override start(handler: Listener): void {
    super.start({
      onReceiveMetadata: (metadata) => handler.onReceiveMetadata(metadata),
      onReceiveMessage: (message) => handler.onReceiveMessage(message),
      onReceiveHalfClose: () => {
        clearTimeout(this.#requestTimer);
        handler.onReceiveHalfClose();
      },
      onCancel: () => {
        this.#isOver = true;
        clearTimeout(this.#requestTimer);
        clearTimeout(this.#replyTimer);
        this.#place[Symbol.dispose]();
        handler.onCancel();
      },
    });
  }

  /** What the connection shows is taken apart once: Node reads the whole certificate anew whenever it is asked. */
  override getAuthContext(): AuthContext {
    const known = this.#shown.get(this.#caller);
    if (known) return known;
    const context = super.getAuthContext();
    this.#shown.set(this.#caller, context);
    return context;
  }

  override sendMessage(message: unknown, taken: () => void): void {
    this.#replies++;
    this.#awaitCaller();
    super.sendMessage(message, () => {
      clearTimeout(this.#replyTimer);
      taken();
    });
  }

  override sendStatus(status: Status): void {
    if (this.#replies > 0) this.#awaitCaller();
    super.sendStatus(status);
  }

  #awaitCaller(): void {
    clearTimeout(this.#replyTimer);
    if (this.#isOver) return; // there is nobody to wait for, and other calls of the connection go on
    const connection = this.#call.getConnectionInfo();
    this.#replyTimer = setTimeout(() => this.#parts.port.cut(connection), this.#parts.limits.replyMaxMs);
  }
}

function ignore(): void {
  // The call is refused whatever comes.
}
