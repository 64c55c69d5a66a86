import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { OneAtATime } from '../../shared/one-at-a-time.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';

const recordSchema = z.strictObject({ round: z.string(), attempt: z.int(), manifest: z.string(), sites: z.array(z.string()) });
type Signed = z.output<typeof recordSchema>;

/** What a sum asks of a base model: sums that answer the same question could be subtracted from one another. */
export interface Question {
  readonly study: string;
  /** Of the base model. */
  readonly weightsDigest: string;
  readonly part: Part;
  readonly purpose: RoundPurpose;
}

/**
 * What this site signed, for ever: one set of sites for each question about a base model, across rounds, runs, attempts
 * and epochs. Two sums over nearly equal sets would reveal their difference.
 */
export class SignedManifests {
  readonly #folder: string;
  readonly #claims = new OneAtATime();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Notes, durably, that this site is about to sign; the same set of sites may be signed again.
   * @throws base-already-summed when the site signed another set of sites for the question
   */
  claim(question: Question, signed: Signed): Promise<void> {
    return this.#claims.run(() => this.#claim(question, signed));
  }

  async #claim(question: Question, signed: Signed): Promise<void> {
    const file = join(this.#folder, question.study, `${questionDigest(question)}.json`);
    const known = await readIfThere(file);
    const sites = [...signed.sites].sort();
    if (known) {
      const before = recordSchema.parse(JSON.parse(known.toString()));
      if (before.sites.join() !== sites.join()) {
        throw new ConsiliumError('base-already-summed', `In ${before.round} it was over ${before.sites.join(', ')}; now it is over ${sites.join(', ')}.`);
      }
      return;
    }
    await writeDurableFile(file, JSON.stringify({ ...signed, sites } satisfies Signed));
  }
}

/** Statistics of a training round and of a closing evaluation ask the same of a model. */
function questionDigest({ study, weightsDigest, part, purpose }: Question): string {
  const question = part === 'update' ? 'update' : purpose === 'training' ? 'evaluation' : purpose;
  return sha256Hex(encodeStatement('consilium/question/v1', [['study', study], ['weights', weightsDigest], ['question', question]]));
}
