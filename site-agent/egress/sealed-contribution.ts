import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { fileChunks } from '../../shared/files/file-chunks.ts';
import { namesIfThere, readIfThere, writeDurableFile, writeFlushedFile } from '../../shared/files/durable-file.ts';

/** What is sent ahead of a contribution's ciphertexts. */
export const contributionHeaderSchema = z.strictObject({
  run: z.string(),
  round: z.string(),
  attempt: z.int(),
  part: z.enum(['update', 'statistics']),
  epoch: z.int(),
  layoutFingerprint: z.string(),
  parameterSet: z.string(),
  /** 16 random bytes, hex. */
  nonce: z.string(),
  totalBytes: z.int(),
  digest: z.string(),
  /** The one-time tag over the ciphertexts: 8 bytes, hex. */
  tag: z.string(),
});

export type ContributionHeader = Readonly<z.output<typeof contributionHeaderSchema>>;

/**
 * Encrypted contributions on the site's disk. One is flushed before its first byte leaves, and every retry sends the same
 * bytes: a second encryption of another vector under the same round would tell the difference of the two.
 */
export class SealedContributions {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async find(round: string, attempt: number, part: string): Promise<ContributionHeader | undefined> {
    const header = await readIfThere(this.#path({ round, attempt, part }, 'json'));
    return header && contributionHeaderSchema.parse(JSON.parse(header.toString()));
  }

  /**
   * The header comes last, and makes the ciphertexts durable with it: then the contribution is sealed.
   * @param header called when the ciphertexts are on disk; what it does happens before the contribution counts as sealed
   */
  async seal(
    at: { round: string; attempt: number; part: string },
    ciphertexts: AsyncIterable<Uint8Array>,
    header: () => Promise<ContributionHeader>,
  ): Promise<ContributionHeader> {
    await writeFlushedFile(this.#path(at, 'bin'), ciphertexts);
    const sealed = await header();
    await writeDurableFile(this.#path(at, 'json'), JSON.stringify(sealed));
    return sealed;
  }

  /** The ciphertexts' bytes from some byte on, in chunks of at most 256 KiB. */
  read(header: ContributionHeader, fromByte: number): AsyncIterable<Buffer> {
    return fileChunks(this.#path(header, 'bin'), { start: fromByte });
  }

  /** Removes the ciphertexts of all rounds but this one; what was announced of them stays until the run ends. */
  async forgetOthers(round: string): Promise<void> {
    for (const name of namesIfThere(this.#folder).filter((name) => name.endsWith('.bin') && !name.startsWith(`${round}.`))) await rm(join(this.#folder, name), { force: true });
  }

  #path({ round, attempt, part }: { round: string; attempt: number; part: string }, ending: 'bin' | 'json'): string {
    return join(this.#folder, `${round}.${attempt}.${part}.${ending}`);
  }
}
