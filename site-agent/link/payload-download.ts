import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeCachedFile } from '../../shared/files/durable-file.ts';
import { hasDigest } from '../../shared/files/file-hash.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { services } from '../../shared/wire/services.ts';
import { wirePart } from '../../shared/wire/round-names.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import type { Channel } from './channel.ts';

/** Downloads by digest, with the last few kept on disk. Nothing is handed on before its digest is checked. */
export class PayloadDownload {
  readonly #channel: Channel;
  readonly #folder: string;

  constructor(channel: Channel, folder: string) {
    this.#channel = channel;
    this.#folder = folder;
  }

  /** A payload of one of the run's model versions. @throws base-model-refused when it has another digest or more than `maxBytes` */
  async modelPayload(run: string, digest: string, maxBytes: number, signal: AbortSignal): Promise<Buffer> {
    const path = this.#path(digest);
    const cached = await readIfThere(path);
    if (cached && sha256Hex(cached) === digest) return cached;
    const chunks = this.#channel.serverStream(services.modelVersions.Download, { run, digest }, { signal });
    await this.#save(path, { digest, maxBytes }, chunks, new ConsiliumError('base-model-refused'));
    await this.#forgetOthers(digest);
    return (await readIfThere(path)) as Buffer;
  }

  /** The file with the summed ciphertexts of a part, checked. @throws digest-mismatch also when it has more than `maxBytes` */
  async sum({ round, part, aggregateDigest }: Manifest, maxBytes: number, signal: AbortSignal): Promise<string> {
    const path = this.#path(aggregateDigest);
    if (!(await hasDigest(path, aggregateDigest))) {
      const chunks = this.#channel.serverStream(services.decryptions.DownloadSum, { round, part: wirePart(part) }, { signal });
      await this.#save(path, { digest: aggregateDigest, maxBytes }, chunks, new ConsiliumError('digest-mismatch', `It is the sum of the ${part} part.`));
    }
    return path;
  }

  /** Nothing past the size that the plan allows is written, and nothing that is there is believed without its digest. */
  async #save(path: string, { digest, maxBytes }: { digest: string; maxBytes: number }, chunks: AsyncIterable<{ bytes: Buffer }>, refusal: ConsiliumError): Promise<void> {
    const hash = createHash('sha256');
    let total = 0;
    const checked = async function* () {
      for await (const { bytes } of chunks) {
        total += bytes.length;
        if (total > maxBytes) throw refusal;
        hash.update(bytes);
        yield bytes;
      }
      if (hash.digest('hex') !== digest) throw refusal;
    };
    await writeCachedFile(path, checked());
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
