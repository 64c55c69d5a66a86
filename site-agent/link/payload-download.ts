import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { services } from '../../shared/wire/services.ts';
import { wirePart } from '../../shared/wire/round-names.ts';
import { chunkBytes } from '../../shared/wire/transport-options.ts';
import type { DecryptionRequest } from '../assignments/assignment.ts';
import type { Channel } from './channel.ts';

type PartSum = DecryptionRequest['sums'][number];

/** Downloads by digest, with the last few kept on disk. Nothing is handed on before its digest is checked. */
export class PayloadDownload {
  readonly #channel: Channel;
  readonly #folder: string;

  constructor(channel: Channel, folder: string) {
    this.#channel = channel;
    this.#folder = folder;
  }

  /** A payload of one of the run's model versions. @throws base-model-refused when it has another digest */
  async modelPayload(run: string, digest: string, signal: AbortSignal): Promise<Buffer> {
    const path = this.#path(digest);
    const cached = await readIfThere(path);
    if (cached && createHash('sha256').update(cached).digest('hex') === digest) return cached;
    const chunks = this.#channel.serverStream(services.modelVersions.Download, { run, digest }, { signal });
    await this.#save(path, digest, chunks, new ConsiliumError('base-model-refused'));
    await this.#forgetOthers(digest);
    return (await readIfThere(path)) as Buffer;
  }

  /** The summed ciphertexts of a part, on disk and checked, in chunks. @throws digest-mismatch */
  async sum(round: string, sum: PartSum, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    const path = this.#path(sum.aggregateDigest);
    if (!(await stat(path).catch(() => undefined))) {
      const chunks = this.#channel.serverStream(services.decryptions.DownloadSum, { round, part: wirePart(sum.part) }, { signal });
      await this.#save(path, sum.aggregateDigest, chunks, new ConsiliumError('digest-mismatch', `It is the sum of the ${sum.part} part.`));
    }
    return createReadStream(path, { highWaterMark: chunkBytes }) as AsyncIterable<Buffer>;
  }

  async #save(path: string, digest: string, chunks: AsyncIterable<{ bytes: Buffer }>, refusal: ConsiliumError): Promise<void> {
    const hash = createHash('sha256');
    const checked = async function* () {
      for await (const { bytes } of chunks) {
        hash.update(bytes);
        yield bytes;
      }
      if (hash.digest('hex') !== digest) throw refusal;
    };
    await writeDurableFile(path, checked());
  }

  /** A round needs two weights and two optimiser states at most; older payloads only take room. */
  async #forgetOthers(kept: string): Promise<void> {
    const names = (await readdir(this.#folder)).filter((name) => name !== kept);
    const aged = await Promise.all(names.map(async (name) => ({ name, mtimeMs: (await stat(join(this.#folder, name)).catch(() => undefined))?.mtimeMs ?? 0 })));
    aged.sort((a, b) => b.mtimeMs - a.mtimeMs);
    for (const { name } of aged.slice(8)) await rm(join(this.#folder, name), { force: true });
  }

  #path(digest: string): string {
    return join(this.#folder, digest);
  }
}
