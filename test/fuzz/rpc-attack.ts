import { connect, constants, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2';
import type { ClientIdentity } from '../../site-agent/link/channel-identity.ts';

/** A call as the attacker makes it: any bytes in any order. */
export interface RpcAttack {
  readonly path: string;
  /** What goes onto the stream, frame after frame, as it is. */
  readonly frames: readonly Buffer[];
  readonly headers: Readonly<Record<string, string>>;
  /** What the attacker does after the last frame. */
  readonly ending: 'end' | 'reset' | 'wait';
}

export interface RpcAnswer {
  /** Of gRPC; nothing when the stream ended without one. */
  readonly status: number | undefined;
  /** Of the error catalogue. */
  readonly code: string | undefined;
  readonly message: string;
}

/** A stream of work that stays open is left after its beginning. */
const watchMs = 30;
const answerMaxMs = 30_000;

/** Speaks HTTP/2 with a coordinator as one caller, without a library that would correct it. */
export class RpcAttacker implements Disposable {
  readonly #port: number;
  readonly #tls: { ca: string; cert?: string; key?: string };
  #session: ClientHttp2Session | undefined;

  constructor(port: number, authority: string, identity: ClientIdentity | undefined) {
    this.#port = port;
    this.#tls = { ca: authority, ...(identity && { cert: identity.certificate, key: identity.privateKey }) };
  }

  /** @throws Error when there is no answer for 30 seconds */
  attack({ path, frames, headers, ending }: RpcAttack, staysOpen: boolean): Promise<RpcAnswer> {
    const { promise, resolve, reject } = Promise.withResolvers<RpcAnswer>();
    let answer: RpcAnswer = { status: undefined, code: undefined, message: '' };
    let stream: ClientHttp2Stream;
    try {
      stream = this.#open().request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers });
    } catch {
      return Promise.resolve(answer); // the connection ended in this moment, or the headers are none
    }
    const read = (trailers: Record<string, unknown>) => {
      const status = trailers['grpc-status'];
      if (status !== undefined) answer = { status: Number(status), code: trailers['consilium-error'] as string | undefined, message: decodeURI(String(trailers['grpc-message'] ?? '')) };
    };
    const timer = setTimeout(() => {
      reject(new Error(`No answer for ${answerMaxMs / 1000} seconds.`));
      stream.close(constants.NGHTTP2_CANCEL);
    }, answerMaxMs);
    const leaving = staysOpen || ending === 'wait' ? setTimeout(() => stream.close(constants.NGHTTP2_CANCEL), watchMs) : undefined;
    stream.on('response', (response) => read(response));
    stream.on('trailers', (trailers) => read(trailers));
    stream.on('error', () => undefined); // the answer is what came before
    stream.on('data', () => undefined);
    stream.on('close', () => {
      clearTimeout(timer);
      clearTimeout(leaving);
      resolve(answer);
    });
    for (const frame of frames) stream.write(frame);
    if (ending === 'end') stream.end();
    if (ending === 'reset') stream.close(constants.NGHTTP2_CANCEL);
    return promise;
  }

  #open(): ClientHttp2Session {
    if (this.#session && !this.#session.closed && !this.#session.destroyed) return this.#session;
    const session = connect(`https://127.0.0.1:${this.#port}`, { ...this.#tls, settings: { initialWindowSize: 2 ** 20 } });
    session.on('error', () => undefined);
    session.on('goaway', () => session.close());
    session.setMaxListeners(0);
    this.#session = session;
    return session;
  }

  [Symbol.dispose](): void {
    this.#session?.destroy();
  }
}

/** A gRPC message: whether it is compressed, its length, itself. */
export function grpcFrame(message: Buffer, { compressed = 0, length = message.length } = {}): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt8(compressed, 0);
  head.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([head, message]);
}
