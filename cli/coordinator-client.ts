import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Agent, request as httpsRequest } from 'node:https';
import { buffer } from 'node:stream/consumers';
import type { z } from 'zod';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { errorFromReply } from '../shared/http-api/api-error.ts';
import type { Connection } from '../shared/http-api/connection-file.ts';
import type { AccessToken } from './access-token.ts';
import { connectionError } from './connection-error.ts';
import { readServerEvents, type ServerEvent } from './server-events.ts';

/** Nothing for so long, not even the heartbeat of an event stream, and the connection counts as lost. */
const silenceMs = 45_000;

/**
 * Without any request, and a connection is closed; sooner where the server says that it would. Another number than `silenceMs`: where both
 * are the same, Node takes the time-out of an unused connection into its next request.
 */
const unusedMs = 30_000;

/** The coordinator's HTTP API, over TLS that trusts the federation's own authority and nothing else. */
export class CoordinatorClient {
  readonly #connection: Pick<Connection, 'url' | 'certificateAuthority'>;
  readonly #accessToken: AccessToken;
  readonly #signal: AbortSignal;
  readonly #agent: Agent;

  constructor(connection: Pick<Connection, 'url' | 'certificateAuthority'>, accessToken: AccessToken, signal: AbortSignal) {
    this.#connection = connection;
    this.#accessToken = accessToken;
    this.#signal = signal;
    this.#agent = new Agent({ ca: connection.certificateAuthority, minVersion: 'TLSv1.3', keepAlive: true, timeout: unusedMs });
  }

  /**
   * @param path below /api/v1, beginning with a slash
   * @throws ConsiliumError what the coordinator answers, or `coordinator-unreachable`, `coordinator-certificate-refused`,
   *   `coordinator-name-mismatch`, `clock-wrong`; so do the others
   */
  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.output<Schema>> {
    return readReply(await this.#send('GET', path), schema);
  }

  /** @param body bytes go as they are, everything else as JSON */
  async post<Schema extends z.ZodType>(path: string, body: Uint8Array | object, schema: Schema): Promise<z.output<Schema>> {
    return readReply(await this.#send('POST', path, body instanceof Uint8Array ? body : JSON.stringify(body)), schema);
  }

  async bytes(path: string): Promise<Buffer> {
    return received(await this.#send('GET', path));
  }

  async *events(path: string): AsyncGenerator<ServerEvent> {
    const response = await this.#send('GET', path);
    try {
      yield* readServerEvents(response);
    } catch (error) {
      throw connectionError(error, this.#connection.url);
    } finally {
      response.destroy(); // a reader that has seen enough leaves the stream open
    }
  }

  async #send(method: string, path: string, body?: Uint8Array | string): Promise<IncomingMessage> {
    const { url } = this.#connection;
    const token = await this.#accessToken();
    const request = httpsRequest(new URL(`/api/v1${path}`, url), {
      method,
      agent: this.#agent,
      signal: this.#signal,
      timeout: silenceMs,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }) },
    });
    request.once('timeout', () => request.destroy(new ConsiliumError('coordinator-unreachable', `${url} does not answer.`)));
    request.end(body);
    const response = await once(request, 'response').then(
      ([message]) => message as IncomingMessage,
      (error: unknown) => {
        throw connectionError(error, url);
      },
    );
    request.on('error', () => undefined); // whoever reads the response hears of it
    if ((response.statusCode ?? 500) < 300) return response;
    throw refusal(await received(response), response.statusCode, url);
  }
}

async function readReply<Schema extends z.ZodType>(response: IncomingMessage, schema: Schema): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(readJson(await received(response)));
  if (parsed.success) return parsed.data;
  throw new ConsiliumError('internal', 'The coordinator sent a reply of another form; both sides should run the same version of Consilium.', { cause: parsed.error });
}

async function received(response: IncomingMessage): Promise<Buffer> {
  try {
    return await buffer(response);
  } catch (error) {
    throw connectionError(error, 'The coordinator');
  }
}

function refusal(body: Buffer, status: number | undefined, url: string): ConsiliumError {
  return errorFromReply(readJson(body)) ?? new ConsiliumError('coordinator-unreachable', `What answers at ${url} with status ${status} is not a coordinator.`);
}

function readJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
