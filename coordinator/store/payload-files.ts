import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { flushFolder } from '../../shared/files/durable-file.ts';
import { isSha256Hex, sha256Hex } from '../../shared/statements/digest.ts';
import type { Payloads, SavedPayload } from '../payloads.ts';
import { chunkMaxBytes, fileChunks } from '../../shared/files/file-chunks.ts';
import { hashOf } from '../../shared/files/file-hash.ts';

/** Of all payloads that are read at the same time, so much is in memory in pieces; each piece is there several times while it is sent. */
const piecesBytes = 2 ** 22;
const pieceMinBytes = 2 ** 15;

/**
 * Content-addressed files: `ab/cdef...` under one folder. A file is written beside its place, flushed, and renamed, so
 * that a name always stands for all its bytes; what a killed process left in `incoming` is removed at the next start.
 * Whoever else writes to the disk is found out: everything that is read is compared with its name.
 */
export class PayloadFiles implements Payloads {
  readonly #folder: string;
  readonly #incoming: string;
  /** Folders whose own names are on disk. */
  readonly #flushed = new Set<string>();
  /** How many payloads are being read. */
  #readers = 0;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#incoming = join(folder, 'incoming');
  }

  static async open(folder: string): Promise<PayloadFiles> {
    const files = new PayloadFiles(folder);
    await rm(files.#incoming, { recursive: true, force: true });
    await mkdir(files.#incoming, { recursive: true });
    return files;
  }

  async save(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, expected?: SavedPayload): Promise<SavedPayload> {
    const incoming = join(this.#incoming, randomUUID());
    try {
      const saved = await writeFlushed(incoming, chunks, expected?.bytes ?? Infinity);
      if (expected && saved.bytes < expected.bytes) throw new ConsiliumError('ciphertext-truncated', `${saved.bytes} of ${expected.bytes} bytes came.`);
      if (expected && saved.digest !== expected.digest) throw new ConsiliumError('digest-mismatch');
      await this.adopt(incoming, saved.digest);
      return saved;
    } finally {
      await rm(incoming, { force: true });
    }
  }

  async *read(digest: string): AsyncGenerator<Uint8Array> {
    await this.#assertThere(digest);
    const hash = createHash('sha256');
    this.#readers++;
    try {
      for await (const chunk of fileChunks(this.#path(digest), { maxBytes: () => this.#pieceBytes() })) {
        hash.update(chunk);
        yield chunk;
      }
    } finally {
      this.#readers--;
    }
    assertIntact(hash.digest('hex'), digest);
  }

  async readAll(digest: string): Promise<Buffer> {
    await this.#assertThere(digest);
    const bytes = await readFile(this.#path(digest));
    assertIntact(sha256Hex(bytes), digest);
    return bytes;
  }

  async locate(digest: string): Promise<string> {
    await this.#assertThere(digest);
    return this.#path(digest);
  }

  async compose(_bytes: number, write: (file: string) => Promise<void>): Promise<SavedPayload> {
    const incoming = join(this.#incoming, randomUUID());
    try {
      await (await open(incoming, 'wx', 0o600)).close();
      await write(incoming);
      const saved = await flushed(incoming);
      await this.adopt(incoming, saved.digest);
      return saved;
    } finally {
      await rm(incoming, { force: true });
    }
  }

  async remove(digest: string): Promise<void> {
    if (isSha256Hex(digest)) await rm(this.#path(digest), { force: true });
  }

  #pieceBytes(): number {
    return Math.max(pieceMinBytes, Math.min(chunkMaxBytes, Math.floor(piecesBytes / this.#readers)));
  }

  async #assertThere(digest: string): Promise<void> {
    const found = isSha256Hex(digest) && (await stat(this.#path(digest)).catch(() => undefined));
    if (!found) throw new ConsiliumError('not-found', 'The payload is not on disk.');
  }

  /** Gives a flushed file on the same disk the name of its bytes, which the caller has compared. */
  async adopt(file: string, digest: string): Promise<void> {
    const path = this.#path(digest);
    const folder = dirname(path);
    const made = await mkdir(folder, { recursive: true });
    const isNew = made !== undefined || !this.#flushed.has(folder);
    await rename(file, path);
    await Promise.all([folder, ...(isNew ? [this.#folder] : [])].map(flushFolder));
    this.#flushed.add(folder);
  }

  #path(digest: string): string {
    return join(this.#folder, digest.slice(0, 2), digest.slice(2));
  }
}

function assertIntact(found: string, digest: string): void {
  if (found !== digest) throw new ConsiliumError('payload-damaged', `The payload is ${digest}.`);
}

async function flushed(path: string): Promise<SavedPayload> {
  await using file = await open(path, 'r');
  const [hash] = await Promise.all([hashOf(file), file.sync()]);
  return { digest: hash.digest('hex'), bytes: (await file.stat()).size };
}

async function writeFlushed(path: string, chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, maxBytes: number): Promise<SavedPayload> {
  await using file = await open(path, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ConsiliumError('contribution-too-large', `It was announced with ${maxBytes} bytes.`);
    hash.update(chunk);
    await file.writeFile(chunk);
  }
  await file.sync();
  return { digest: hash.digest('hex'), bytes };
}
