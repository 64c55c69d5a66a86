import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Client, credentials, status, type CallOptions, type ChannelOptions, type ServiceError } from '@grpc/grpc-js';
import type { MethodDefinition } from '@grpc/proto-loader';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { fromStatus } from '../../shared/wire/error-metadata.ts';
import { transportOptions } from '../../shared/wire/transport-options.ts';
import { readServerChain, requireTrustedChain } from './server-certificate.ts';
import { requireNotCancelled } from './time-limit.ts';

const defaultTimeoutMs = 30_000;
const diagnosisTimeoutMs = 5000;

/** What a site shows of itself, both in PEM; the key is PKCS #8. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

export interface ChannelIdentity {
  readonly address: Address;
  /** The federation's certificate authority, PEM. */
  readonly authority: string;
  /** The site's own; without it, only the calls of enrolment are allowed. */
  readonly client?: ClientIdentity | undefined;
}

export interface CallLimits {
  readonly signal: AbortSignal;
  /** From the start of the call to its end. A server stream has none unless it is given. */
  readonly timeoutMs?: number;
}

type Method<Request, Reply> = MethodDefinition<Request, never, unknown, Reply>;

/**
 * The site's connection to its coordinator: mutual TLS, dialled from here, made anew when it breaks.
 * Every failure is a ConsiliumError: the coordinator's own, or what the transport's failure means.
 */
export class Channel implements Disposable {
  readonly #identity: Omit<ChannelIdentity, 'client'>;
  readonly #clock: Clock;
  #client: Client;
  #renewed = new AbortController();

  constructor({ client, ...identity }: ChannelIdentity, clock: Clock) {
    this.#identity = identity;
    this.#clock = clock;
    this.#client = connect({ ...identity, client });
  }

  /** Aborted once the channel shows another certificate: what is open for long does well to begin again. */
  get renewed(): AbortSignal {
    return this.#renewed.signal;
  }

  /** New calls show this certificate from now on; those under way end on the connection that they began on. */
  renew(client: ClientIdentity): void {
    const [earlier, renewed] = [this.#client, this.#renewed];
    this.#client = connect({ ...this.#identity, client });
    this.#renewed = new AbortController();
    earlier.close();
    renewed.abort(new ConsiliumError('cancelled', 'The connection shows a renewed certificate from now on.'));
  }

  async unary<Request, Reply>(method: Method<Request, Reply>, request: Request, { signal, timeoutMs = defaultTimeoutMs }: CallLimits): Promise<Reply> {
    requireNotCancelled(signal);
    const { promise, settle } = callbackPromise<Reply>();
    const client = this.#client;
    const call = client.makeUnaryRequest(method.path, method.requestSerialize, method.responseDeserialize, request, withDeadline(timeoutMs), settle);
    using _cancelling = cancelOnAbort(call, signal);
    return await promise.catch((failure: unknown) => this.#fail(failure, signal, client));
  }

  async *serverStream<Request, Reply>(method: Method<Request, Reply>, request: Request, { signal, timeoutMs }: CallLimits): AsyncGenerator<Reply, void> {
    requireNotCancelled(signal);
    const client = this.#client;
    const call = client.makeServerStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, request, withDeadline(timeoutMs));
    call.on('error', () => undefined); // iteration reports it; without a listener it would also be uncaught after a break
    using _cancelling = cancelOnAbort(call, signal);
    try {
      for await (const reply of call) yield reply as Reply;
    } catch (failure) {
      await this.#fail(failure, signal, client);
    } finally {
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
    const client = this.#client;
    const call = client.makeClientStreamRequest(method.path, method.requestSerialize, method.responseDeserialize, withDeadline(timeoutMs), settle);
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
    return await answer.catch((failure: unknown) => this.#fail(failure, signal, client));
  }

  [Symbol.dispose](): void {
    this.#client.close();
  }

  /** @param client on which the call was made */
  async #fail(failure: unknown, signal: AbortSignal, client: Client): Promise<never> {
    requireNotCancelled(signal);
    if (!isServiceError(failure)) throw failure;
    const told = fromStatus(failure);
    if (told?.code === 'certificate-refused' && client !== this.#client) {
      throw new ConsiliumError('coordinator-unreachable', 'The call showed the certificate before the renewed one, and came too late.', { cause: told });
    }
    if (told) throw told;
    if (!transportFailures.has(failure.code)) throw new ConsiliumError('internal', `The coordinator answers ${status[failure.code]}.`, { cause: failure });
    await this.#diagnose(signal);
    const what = failure.code === status.DEADLINE_EXCEEDED ? 'did not answer in time' : 'closed the connection';
    throw new ConsiliumError('coordinator-unreachable', `${formatAddress(this.#identity.address)} ${what}.`, { cause: failure });
  }

  /** gRPC says only that there is no connection; one attempt by hand says why. */
  async #diagnose(signal: AbortSignal): Promise<void> {
    const { address, authority } = this.#identity;
    const chain = await readServerChain(address, { signal, timeoutMs: diagnosisTimeoutMs });
    const fingerprint = certificateFingerprint(new X509Certificate(authority).raw);
    requireTrustedChain(chain, { address, fingerprint, nowMs: this.#clock.nowMs() }, 'coordinator-certificate-refused');
  }
}

function connect({ address, authority, client }: ChannelIdentity): Client {
  const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
  return new Client(
    formatAddress(address),
    credentials.createSsl(pem(authority), pem(client?.privateKey), pem(client?.certificate), {
      checkServerIdentity: (_name, certificate) => checkServerIdentity(address.host, certificate),
    }),
    {
      ...serverNameOptions(address),
      ...transportOptions,
      'grpc.enable_http_proxy': 0,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': 200,
      'grpc.max_reconnect_backoff_ms': 5000,
    },
  );
}

/** TLS names a server by DNS names only (RFC 6066); gRPC would send an IP address as well. The certificate is checked against the address. */
function serverNameOptions({ host }: Address): ChannelOptions {
  return isIP(host) ? { 'grpc.ssl_target_name_override': 'localhost' } : {};
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
