import { createHash, type Hash } from 'node:crypto';
import { mkdir, open, readdir, rm, stat, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { DiskRoom } from '../../shared/storage/disk-room.ts';
import type { Spool, SpoolOwner, Spools } from '../contributions/spools.ts';
import type { SavedPayload } from '../payloads.ts';
import { hashOf } from '../../shared/files/file-hash.ts';
import type { PayloadFiles } from './payload-files.ts';

/** Uploads that are under way or broke off: `ROUND/PART.SITE.DIGEST` under one folder, on the disk of the payloads. */
export class SpoolFiles implements Spools {
  readonly #folder: string;
  readonly #payloads: PayloadFiles;
  readonly #room: Pick<DiskRoom, 'require'>;

  constructor(folder: string, payloads: PayloadFiles, room: Pick<DiskRoom, 'require'>) {
    this.#folder = folder;
    this.#payloads = payloads;
    this.#room = room;
  }

  async held(owner: SpoolOwner, digest: string): Promise<number> {
    return (await stat(this.#path(owner, digest)).catch(() => undefined))?.size ?? 0;
  }

  async open(owner: SpoolOwner, announced: SavedPayload, fromByte: number): Promise<Spool> {
    this.#room.require(announced.bytes - fromByte);
    const path = this.#path(owner, announced.digest);
    if (fromByte === 0) {
      await this.remove(owner);
      return new SpoolFile(await openNew(path), path, announced, createHash('sha256'), 0, this.#payloads);
    }
    const held = await this.held(owner, announced.digest);
    if (fromByte !== held) throw new ConsiliumError('upload-not-continuing', `The coordinator holds ${held} bytes, and the upload goes on from byte ${fromByte}.`);
    const file = await open(path, 'a+', 0o600);
    try {
      return new SpoolFile(file, path, announced, await hashOf(file), fromByte, this.#payloads);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async remove(owner: SpoolOwner): Promise<void> {
    const beginning = `${owner.part}.${owner.site}.`;
    const names = await readdir(join(this.#folder, owner.round)).catch(() => []);
    for (const name of names.filter((name) => name.startsWith(beginning))) await rm(join(this.#folder, owner.round, name), { force: true });
  }

  async discard(round: string): Promise<void> {
    await rm(join(this.#folder, round), { recursive: true, force: true });
  }

  rounds(): Promise<string[]> {
    return readdir(this.#folder).catch(() => []);
  }

  #path({ round, part, site }: SpoolOwner, digest: string): string {
    return join(this.#folder, round, `${part}.${site}.${digest}`);
  }
}

async function openNew(path: string): Promise<FileHandle> {
  await mkdir(dirname(path), { recursive: true });
  return open(path, 'a', 0o600);
}

class SpoolFile implements Spool {
  readonly file: string;
  readonly #handle: FileHandle;
  readonly #announced: SavedPayload;
  readonly #hash: Hash;
  readonly #payloads: PayloadFiles;
  #bytes: number;

  constructor(handle: FileHandle, file: string, announced: SavedPayload, hash: Hash, bytes: number, payloads: PayloadFiles) {
    this.file = file;
    this.#handle = handle;
    this.#announced = announced;
    this.#hash = hash;
    this.#bytes = bytes;
    this.#payloads = payloads;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async append(chunk: Uint8Array): Promise<void> {
    if (this.#bytes + chunk.length > this.#announced.bytes) throw new ConsiliumError('contribution-too-large', `It was announced with ${this.#announced.bytes} bytes.`);
    this.#hash.update(chunk);
    await this.#handle.appendFile(chunk);
    this.#bytes += chunk.length;
  }

  async finish(): Promise<void> {
    const { bytes, digest } = this.#announced;
    if (this.#bytes < bytes) throw new ConsiliumError('ciphertext-truncated', `${this.#bytes} of ${bytes} bytes came.`);
    if (this.#hash.digest('hex') !== digest) throw new ConsiliumError('digest-mismatch');
    await this.#handle.sync();
    await this.#payloads.adopt(this.file, digest);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#handle.close();
  }
}
