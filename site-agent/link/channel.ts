import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { status, type CallOptions, type ServiceError } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/proto-loader';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress } from '../../shared/tls/address.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { chunkBytes } from '../../shared/wire/transport-options.ts';
import type { ChannelIdentity, ClientIdentity } from './channel-identity.ts';
import { GrpcConnection } from './grpc-connection.ts';
import type { Pace } from './paced-socket.ts';
import { readServerChain, requireTrustedChain } from './server-certificate.ts';
import { requireNotCancelled } from './time-limit.ts';
import { TokenBucket } from './token-bucket.ts';
import { toldError } from './told-error.ts';

const defaultTimeoutMs = 30_000;
const openTimeoutMs = 30_000;
const diagnosisTimeoutMs = 5000;

export interface CallLimits {
  readonly signal: AbortSignal;
  /** From the start of the call to its end. A server stream has none unless it is given. */
  readonly timeoutMs?: number;
  /** Of a server stream: told once when the coordinator has taken the call, which it has to within half a minute. */
  readonly onOpen?: () => void;
}

type Method<Request, Reply> = MethodDefinition<Request, never, unknown, Reply>;

/**
 * The site's connection to its coordinator: mutual TLS, dialled from here, made anew when it breaks.
 * Every failure is a ConsiliumError: the coordinator's own, or what the transport's failure means.
 */
export class Channel implements Disposable {
  #identity: ChannelIdentity;
  readonly #clock: Clock;
  readonly #pace: Pace;
  #connection: GrpcConnection;
  #renewed = new AbortController();

  constructor(identity: ChannelIdentity, clock: Clock) {
    const { uploadBytesPerSecond: upload, downloadBytesPerSecond: download } = identity;
    this.#identity = identity;
    this.#clock = clock;
    this.#pace = { upload: upload === undefined ? undefined : new TokenBucket(upload, clock), download: download === undefined ? undefined : new TokenBucket(download, clock) };
    this.#connection = new GrpcConnection(identity, this.#pace);
  }

  /** How much to put into one message of an upload: what else has to go waits no longer than one of them takes. */
  get pieceBytes(): number {
    return Math.min(chunkBytes, Math.ceil(this.#pace.upload?.burstBytes ?? chunkBytes));
  }

  /** Aborted once the channel shows another certificate: what is open for long does well to begin again. */
  get renewed(): AbortSignal {
    return this.#renewed.signal;
  }

  /** New calls show this certificate from now on; those under way end on the connection that they began on. */
  renew(client: ClientIdentity): void {
    const renewed = this.#renewed;
    this.#identity = { ...this.#identity, client };
    this.#renewed = new AbortController();
    this.#connectAnew();
    renewed.abort(new ConsiliumError('cancelled', 'The connection shows a renewed certificate from now on.'));
  }

  async unary<Request, Reply>(method: Method<Request, Reply>, request: Request, { signal, timeoutMs = defaultTimeoutMs }: CallLimits): Promise<Reply> {
    requireNotCancelled(signal);
    const { promise, settle } = callbackPromise<Reply>();
    const connection = this.#connection;
    const call = connection.client.makeUnaryRequest(method.path, method.requestSerialize, method.responseDeserialize, request, withDeadline(timeoutMs), settle);
    using _cancelling = cancelOnAbort(call, signal);
    return await promise.catch((failure: unknown) => this.#fail(failure, signal, connection));
  }

  async *serverStream<Request, Reply>(method: Method<Request, Reply>, request: Request, { signal, timeoutMs, onOpen }: CallLimits): AsyncGenerator<Reply, void> {
    requireNotCancelled(signal);
    const connection = this.#connection;
    const call = connection.client.makeServerStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, request, withDeadline(timeoutMs));
    call.on('error', () => undefined); // iteration reports it; without a listener it would also be uncaught after a break
    const late = new AbortController();
    const opening = setTimeout(() => (late.abort(), call.cancel()), openTimeoutMs);
    call.once('metadata', () => (clearTimeout(opening), onOpen?.()));
    using _cancelling = cancelOnAbort(call, signal);
    try {
      for await (const reply of call) yield reply as Reply;
    } catch (failure) {
      await this.#fail(failure, signal, connection, late.signal.aborted);
    } finally {
      clearTimeout(opening);
      call.cancel();
    }
  }

  /** Sends what `requests` yields, no faster than the coordinator takes it; stops as soon as the coordinator has answered. */
  async clientStream<Request, Reply>(
    method: Method<Request, Reply>,
    requests: AsyncIterable<Request> | Iterable<Request>,
    { signal, timeoutMs }: CallLimits,
  ): Promise<Reply> {
    requireNotCancelled(signal);
    const { promise, settle } = callbackPromise<Reply>();
    const connection = this.#connection;
    const call = connection.client.makeClientStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, withDeadline(timeoutMs), settle);
    using _cancelling = cancelOnAbort(call, signal);
    const answered = new AbortController();
    const answer = promise.finally(() => answered.abort());
    answer.catch(() => undefined);
    try {
      for await (const request of requests) {
        if (answered.signal.aborted) break;
        if (!call.write(request)) await once(call, 'drain', { signal: answered.signal }).catch(() => undefined);
      }
    } catch (error) {
      call.cancel();
      throw error;
    }
    call.end();
    return await answer.catch((failure: unknown) => this.#fail(failure, signal, connection));
  }

  [Symbol.dispose](): void {
    this.#connection[Symbol.dispose]();
  }

  #connectAnew(): void {
    const earlier = this.#connection;
    this.#connection = new GrpcConnection(this.#identity, this.#pace);
    earlier[Symbol.dispose]();
  }

  /** @param connection on which the call was made @param late whether it was given up because the coordinator did not take it */
  async #fail(failure: unknown, signal: AbortSignal, connection: GrpcConnection, late = false): Promise<never> {
    requireNotCancelled(signal);
    if (!isServiceError(failure)) throw failure;
    const told = toldError(failure);
    if (told?.code === 'certificate-refused' && connection !== this.#connection) {
      throw new ConsiliumError('coordinator-unreachable', 'The call showed the certificate before the renewed one, and came too late.', { cause: told });
    }
    if (told) throw told;
    if (!transportFailures.has(failure.code)) throw new ConsiliumError('internal', `The coordinator answers ${status[failure.code]}.`, { cause: failure });
    if (!connection.cameAbout) await this.#explain(connection, signal);
    const what = late || failure.code === status.DEADLINE_EXCEEDED ? 'did not answer in time' : 'closed the connection';
    throw new ConsiliumError('coordinator-unreachable', `${formatAddress(this.#identity.address)} ${what}.`, { cause: failure });
  }

  /**
   * gRPC says only that there is no connection; one attempt by hand says why. Only an attempt that failed is worth that: when
   * a coordinator goes down, a hundred sites lose their connection at once, and each would come back twice. A proxy is not
   * asked twice either: a second wrong login could lock an account.
   */
  async #explain(connection: GrpcConnection, signal: AbortSignal): Promise<void> {
    if (connection === this.#connection) this.#connectAnew();
    if (connection.failure) throw connection.failure;
    const { address, authority } = this.#identity;
    const chain = await readServerChain(this.#identity, { signal, timeoutMs: diagnosisTimeoutMs });
    const fingerprint = certificateFingerprint(new X509Certificate(authority).raw);
    requireTrustedChain(chain, { address, fingerprint, nowMs: this.#clock.nowMs() }, 'coordinator-certificate-refused');
  }
}

/** Statuses that a broken connection gives. The coordinator's own errors come with a code and never get here. */
const transportFailures: ReadonlySet<status> = new Set([status.UNAVAILABLE, status.DEADLINE_EXCEEDED, status.CANCELLED, status.INTERNAL, status.UNKNOWN]);

function isServiceError(failure: unknown): failure is ServiceError {
  return failure instanceof Error && 'code' in failure && 'metadata' in failure;
}

function withDeadline(timeoutMs: number | undefined): CallOptions {
  return timeoutMs === undefined ? {} : { deadline: Date.now() + timeoutMs };
}

function cancelOnAbort(call: { cancel(): void }, signal: AbortSignal): Disposable {
  const cancel = () => call.cancel();
  signal.addEventListener('abort', cancel);
  return { [Symbol.dispose]: () => signal.removeEventListener('abort', cancel) };
}

function callbackPromise<Reply>() {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  return { promise, settle: (error: ServiceError | null, reply?: Reply) => (error ? reject(error) : resolve(reply as Reply)) };
}
