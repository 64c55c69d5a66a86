import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import type { TokenBucket } from './token-bucket.ts';

/** Without a limit where there is no bucket. Buckets outlive a connection: a new one does not begin with savings. */
export interface Pace {
  readonly upload?: TokenBucket | undefined;
  readonly download?: TokenBucket | undefined;
}

/**
 * A socket whose bytes go no faster than its buckets allow; everything on the wire counts, TLS and HTTP/2 included. What
 * comes in faster stays in the network, so that the sender slows down.
 */
export class PacedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #pace: Pace;
  readonly #closing = new AbortController();
  /** Until what came in is paid for. */
  #resting: Promise<unknown> = Promise.resolve();

  constructor(socket: Socket, pace: Pace) {
    super({ allowHalfOpen: true });
    this.#socket = socket;
    this.#pace = pace;
    socket.pause();
    socket.on('data', (bytes) => this.#take(bytes));
    socket.on('end', () => this.push(null));
    socket.on('error', (error) => this.destroy(error));
    socket.on('close', () => this.destroy());
  }

  override _read(): void {
    void this.#resting.then(() => this.#socket.resume());
  }

  override _write(bytes: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#give(bytes).then(() => done(), done);
  }

  override _final(done: () => void): void {
    this.#socket.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#closing.abort();
    this.#socket.destroy();
    done(error);
  }

  #take(bytes: Buffer): void {
    this.#socket.pause();
    this.#resting = this.#wait(this.#pace.download?.spend(bytes.length) ?? 0);
    this.push(bytes);
  }

  async #give(bytes: Buffer): Promise<void> {
    const { upload } = this.#pace;
    const pieceBytes = upload ? Math.ceil(upload.burstBytes) : bytes.length;
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = bytes.subarray(at, at + pieceBytes);
      await new Promise<void>((resolve, reject) => this.#socket.write(piece, (error) => (error ? reject(error) : resolve())));
      await this.#wait(upload?.spend(piece.length) ?? 0);
    }
  }

  #wait(delayMs: number): Promise<unknown> {
    return delayMs === 0 ? Promise.resolve() : setTimeout(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}
