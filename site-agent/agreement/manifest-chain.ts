import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { EpochStart } from '../../shared/statements/run-statements.ts';

const linkSchema = z.strictObject({ number: z.int(), manifest: z.string() });
const chainsSchema = z.strictObject({ update: linkSchema.optional(), statistics: linkSchema.optional() });
export type ManifestChains = z.output<typeof chainsSchema>;

/** A manifest in its chain: its round's number in the run, its digest, and that of the one before. */
export interface ManifestLink {
  readonly part: Part;
  readonly number: number;
  readonly manifest: string;
  readonly previous: string;
}

/** The newest manifest of each part that this site signed in a run. A later one continues it. */
export class ManifestChain {
  readonly #file: string;

  /** @param folder of the run */
  constructor(folder: string) {
    this.#file = join(folder, 'manifests.json');
  }

  async heads(): Promise<ManifestChains> {
    const text = await readIfThere(this.#file);
    return text ? chainsSchema.parse(JSON.parse(text.toString())) : {};
  }

  /**
   * Notes, durably, which manifests of a round come next. A site that missed rounds cannot know what was signed in between; the
   * majority behind each manifest does.
   *
   * @throws manifest-chain-broken when another manifest was signed for the round, a later round was, or the one before is another
   */
  async continue(links: readonly ManifestLink[], start: EpochStart): Promise<void> {
    const heads = await this.heads();
    const unsigned = links.filter(({ part, manifest }) => heads[part]?.manifest !== manifest);
    if (unsigned.length === 0) return;
    for (const link of unsigned) assertContinues(link, heads[link.part], start);
    const next = Object.fromEntries(unsigned.map(({ part, number, manifest }) => [part, { number, manifest }]));
    await writeDurableFile(this.#file, JSON.stringify({ ...heads, ...next } satisfies ManifestChains));
  }
}

function assertContinues({ part, number, previous }: ManifestLink, last: ManifestChains[Part], start: EpochStart): void {
  if (last && last.number >= number) throw new ConsiliumError('manifest-chain-broken', `Another one was signed for round ${last.number}.`);
  const missedNone = last ? number === last.number + 1 : number === start.round;
  if (missedNone && previous !== (last?.manifest ?? start.manifests[part])) throw new ConsiliumError('manifest-chain-broken', 'The manifest before it is another one.');
}
