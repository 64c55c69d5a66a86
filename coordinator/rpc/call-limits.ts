import type { MessageBounds } from './message-bounds.ts';
import { Places } from './places.ts';
import { TokenBuckets, type Rate } from './token-buckets.ts';

/** What every caller may use of the port for sites. Times in milliseconds. */
export interface CallLimits {
  /** Calls of each certificate. */
  readonly sites: Rate;
  /** Calls without a certificate, of each network address. */
  readonly strangers: Rate;
  /** How long a call that is one too many is kept before it is told so; whoever asks in a loop asks slowly. */
  readonly refusalDelayMs: number;
  /** From the start of a call to the end of a request that is one message. */
  readonly requestMaxMs: number;
  /** For the caller to take one message of the reply. */
  readonly replyMaxMs: number;
  /** Until a TLS handshake is done. */
  readonly handshakeMaxMs: number;
  /** Without any call. */
  readonly idleMaxMs: number;
  readonly connections: ConnectionLimits;
}

export interface ConnectionLimits {
  /** New ones from each address. */
  readonly opened: Rate;
  /** In the TLS handshake, from each address. */
  readonly handshakesPerAddress: number;
  /** Open, from each address, without a certificate of the federation. */
  readonly strangersPerAddress: number;
  /** Open, with the same certificate. */
  readonly perCertificate: number;
  readonly total: number;
}

/** An agent makes a few calls in each round, over one connection; these leave it room for a hundred times that. */
export const callLimits: CallLimits = {
  sites: { perSecond: 100, burst: 1000 },
  strangers: { perSecond: 50, burst: 500 },
  refusalDelayMs: 1000,
  requestMaxMs: 30_000,
  replyMaxMs: 120_000,
  handshakeMaxMs: 15_000,
  idleMaxMs: 300_000,
  connections: { opened: { perSecond: 50, burst: 2000 }, handshakesPerAddress: 256, strangersPerAddress: 64, perCertificate: 8, total: 8192 },
};

/** Who calls, as far as the connection tells. */
export interface ConnectedCaller {
  /** The certificate's fingerprint, or the address of a stranger. */
  readonly key: string;
  readonly hasCertificate: boolean;
}

/** Lets calls in as long as their caller keeps to the limits; one caller's calls take nothing from another's. */
export class CallGate {
  readonly #sites: TokenBuckets;
  readonly #strangers: TokenBuckets;
  readonly #open = new Places();

  constructor({ sites, strangers }: Pick<CallLimits, 'sites' | 'strangers'>) {
    this.#sites = new TokenBuckets(sites);
    this.#strangers = new TokenBuckets(strangers);
  }

  /** @returns the call's place until it is disposed of, or nothing when the caller has too many */
  enter({ key, hasCertificate }: ConnectedCaller, path: string, { maxConcurrent }: MessageBounds): Disposable | undefined {
    if (!(hasCertificate ? this.#sites : this.#strangers).take(key)) return undefined;
    return this.#open.enter(`${key} ${path}`, maxConcurrent);
  }
}
