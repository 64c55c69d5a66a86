/**
 * Large immutable byte strings by their SHA-256: contributions, sums, weights. What was saved is on disk,
 * flushed, and never changes.
 */
export interface Payloads {
  /**
   * Streams to disk, checks, flushes and gives the bytes their name.
   * @throws digest-mismatch, contribution-too-large or ciphertext-truncated when more or fewer bytes come than expected
   */
  save(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expected?: { readonly digest: string; readonly bytes: number }): Promise<SavedPayload>;
  /** Chunks of at most 256 KiB. @throws not-found, and payload-damaged after the last one when they are not the bytes that were saved: use nothing before */
  read(digest: string): AsyncIterable<Uint8Array>;
  /** @throws not-found, payload-damaged */
  readAll(digest: string): Promise<Buffer>;
  /** The file that holds a payload, for a thread that reads it by itself; it is not compared with its name. @throws not-found */
  locate(digest: string): Promise<string>;
  /** Keeps what `write` puts into an empty file that it is given: so many bytes. */
  compose(bytes: number, write: (file: string) => Promise<void>): Promise<SavedPayload>;
  /** Removes a payload that nothing refers to; one that is not there is left at that. */
  remove(digest: string): Promise<void>;
}

export interface SavedPayload {
  readonly digest: string;
  readonly bytes: number;
}
