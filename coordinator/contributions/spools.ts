import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { SavedPayload } from '../payloads.ts';

/** Whose upload it is, and of what. A site has one for each part of a round. */
export interface SpoolOwner {
  readonly round: string;
  readonly part: Part;
  readonly site: string;
}

/** A contribution that is on its way in. What there is of it stays on disk when the upload breaks off. */
export interface Spool extends AsyncDisposable {
  readonly file: string;
  /** Bytes that are in the file. */
  readonly bytes: number;
  /** @throws contribution-too-large */
  append(chunk: Uint8Array): Promise<void>;
  /** Flushes the bytes, compares them with what was announced, and makes a payload of them. @throws ciphertext-truncated, digest-mismatch */
  finish(): Promise<void>;
}

export interface Spools {
  /** How many bytes of a contribution with this digest are here already. */
  held(owner: SpoolOwner, digest: string): Promise<number>;
  /**
   * Goes on with an upload, or begins it anew when it starts at byte 0. Another one of the same owner is removed.
   * @throws upload-not-continuing when `fromByte` is not where the bytes that are here end, disk-full
   */
  open(owner: SpoolOwner, announced: SavedPayload, fromByte: number): Promise<Spool>;
  /** Removes what there is of a site's upload. */
  remove(owner: SpoolOwner): Promise<void>;
  /** Removes all uploads to a round. */
  discard(round: string): Promise<void>;
  /** Rounds to which uploads were not finished. */
  rounds(): Promise<string[]>;
}
