/** What callers may use of the HTTP API. Times in milliseconds. */
export interface HttpLimits {
  /** Of one address, with access. */
  readonly requestsPerMinute: number;
  /** Of one address. Whoever has access is not held up by those who guess beside them. */
  readonly refusalsPerMinute: number;
  /** Streams of live events that one caller has open. */
  readonly eventStreams: number;
  readonly connections: number;
  /** Until a TLS handshake is done. */
  readonly handshakeMaxMs: number;
  /** Until all headers of a request are there. */
  readonly headersMaxMs: number;
  /** Until all of a request is there. */
  readonly requestMaxMs: number;
  /** On a connection on which nothing moves, in either direction. */
  readonly silenceMaxMs: number;
}

export const httpLimits: HttpLimits = {
  requestsPerMinute: 600,
  refusalsPerMinute: 60,
  eventStreams: 32,
  connections: 1024,
  handshakeMaxMs: 15_000,
  headersMaxMs: 20_000,
  requestMaxMs: 60_000,
  silenceMaxMs: 120_000,
};
