import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { fromRandomAccessReader, RandomAccessReader, type ZipFile } from 'yauzl';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { headerWheel } from './artifacts.ts';
import { fileDigest } from '../../shared/files/file-hash.ts';
import { get } from './download.ts';
import { takeEntries } from './zip-entries.ts';

/** Bytes asked for at once. The wheel's table of contents is a megabyte, read in pieces of 46 bytes. */
const blockBytes = 256 * 1024;

/** Puts TensorFlow's C headers into the folder, unless they are there. @throws artifact-unreachable, artifact-altered */
export async function fetchHeaders(folder: string, pythonIndex: string, signal: AbortSignal): Promise<void> {
  const pinned = new Map<string, string>(headerWheel.headers.map(({ entry, sha256 }) => [headerWheel.folder + entry, sha256]));
  const fileOf = (entry: string) => join(folder, entry.slice(headerWheel.folder.length));
  const digests = await Promise.all([...pinned].map(async ([entry, sha256]) => (await fileDigest(fileOf(entry)).catch(() => '')) === sha256));
  if (digests.every(Boolean)) return;

  const url = await wheelAddress(pythonIndex, signal);
  const zip = await promisify<RandomAccessReader, number, object, ZipFile>(fromRandomAccessReader)(new RemoteBlocks(url, signal), await sizeOf(url, signal), { lazyEntries: true });
  await takeEntries(zip, [...pinned.keys()], async (entry, contents) => {
    const bytes = await buffer(contents);
    if (createHash('sha256').update(bytes).digest('hex') !== pinned.get(entry)) throw new ConsiliumError('artifact-altered', `It is ${entry} in ${url}.`);
    await mkdir(dirname(fileOf(entry)), { recursive: true });
    await writeFile(fileOf(entry), bytes);
  });
}

/** Where a Python index has the wheel: the link with its name on the project's page (PEP 503). */
async function wheelAddress(pythonIndex: string, signal: AbortSignal): Promise<string> {
  const page = await get(`${pythonIndex}/${headerWheel.project}/`, signal);
  const links = [...(await page.text()).matchAll(/href="([^"#]+)[^"]*"/g)].map(([, link]) => link as string);
  const found = links.find((link) => link.endsWith(`/${headerWheel.file}`) || link === headerWheel.file);
  if (found === undefined) throw new ConsiliumError('artifact-unreachable', `${pythonIndex} does not list ${headerWheel.file}.`);
  return new URL(found, page.url).href;
}

async function sizeOf(url: string, signal: AbortSignal): Promise<number> {
  const reply = await get(url, signal, 'bytes=0-0');
  await reply.arrayBuffer();
  return Number(/\/(\d+)$/.exec(reply.headers.get('content-range') ?? '')?.[1]);
}

/** A file on a server, read in blocks that are kept. */
class RemoteBlocks extends RandomAccessReader {
  readonly #url: string;
  readonly #signal: AbortSignal;
  readonly #blocks = new Map<number, Promise<Buffer>>();

  constructor(url: string, signal: AbortSignal) {
    super();
    this.#url = url;
    this.#signal = signal;
  }

  /** Yauzl's own name for it. @param end the first byte that is not read any more */
  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#range(start, end), { objectMode: false });
  }

  async *#range(start: number, end: number): AsyncGenerator<Buffer> {
    for (let at = start; at < end; ) {
      const block = Math.floor(at / blockBytes);
      const first = block * blockBytes;
      const bytes = (await this.#block(block)).subarray(at - first, end - first);
      if (bytes.length === 0) throw new ConsiliumError('artifact-unreachable', `${this.#url} broke off.`);
      yield bytes;
      at += bytes.length;
    }
  }

  #block(block: number): Promise<Buffer> {
    const known = this.#blocks.get(block);
    if (known) return known;
    const range = `bytes=${block * blockBytes}-${(block + 1) * blockBytes - 1}`;
    const bytes = get(this.#url, this.#signal, range).then(async (reply) => Buffer.from(await reply.arrayBuffer()));
    this.#blocks.set(block, bytes);
    return bytes;
  }
}
