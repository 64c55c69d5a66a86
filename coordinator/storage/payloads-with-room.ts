import type { DiskRoom } from '../../shared/storage/disk-room.ts';
import type { Payloads, SavedPayload } from '../payloads.ts';

/** Payloads that are refused before they take what the database needs of the disk. */
export class PayloadsWithRoom implements Payloads {
  readonly #payloads: Payloads;
  readonly #room: Pick<DiskRoom, 'require'>;

  constructor(payloads: Payloads, room: Pick<DiskRoom, 'require'>) {
    this.#payloads = payloads;
    this.#room = room;
  }

  /** @throws also disk-full, before a byte is read */
  async save(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expected?: SavedPayload): Promise<SavedPayload> {
    this.#room.require(expected?.bytes ?? 0);
    return this.#payloads.save(chunks, expected);
  }

  read(digest: string): AsyncIterable<Uint8Array> {
    return this.#payloads.read(digest);
  }

  readAll(digest: string): Promise<Buffer> {
    return this.#payloads.readAll(digest);
  }

  locate(digest: string): Promise<string> {
    return this.#payloads.locate(digest);
  }

  /** @throws also disk-full, before anything is written */
  async compose(bytes: number, write: (file: string) => Promise<void>): Promise<SavedPayload> {
    this.#room.require(bytes);
    return this.#payloads.compose(bytes, write);
  }

  remove(digest: string): Promise<void> {
    return this.#payloads.remove(digest);
  }
}
