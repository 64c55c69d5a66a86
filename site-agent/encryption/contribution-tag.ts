import { parameterSet } from '../../shared/ciphertexts/parameter-set.ts';
import type { SealContext } from '../../shared/ciphertexts/seal-context.ts';
import { tagBytes, tagFromBytes } from '../../shared/ciphertexts/tag-bytes.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { ciphertextWords } from './ciphertext-words.ts';
import type { Contributor, MacKey } from './mac-key.ts';
import type { TagMultipliers } from './tag-multipliers.ts';
import { weightedSum } from './weighted-sum.ts';

const q = parameterSet.coefficientModulus;

/**
 * The one-time tag over the ciphertexts of one part of a contribution (Wegman and Carter 1981; linear, as in Agrawal and Boneh 2009):
 * `tag = sum_j rho_j * c_j + kappa (mod q)` over every word of every expanded ciphertext. Tags of contributions to one sum add as their
 * ciphertexts do, so that whoever holds the MAC key sees from the sum alone whether it is made of exactly those contributions,
 * before a secret key is used.
 */
export interface Tagging extends Contributor {
  /** Which sum it is: a canonical statement. */
  readonly context: Uint8Array;
}

/** A contribution that a sum should hold, and the 8 bytes of its tag. */
export interface TaggedContribution extends Contributor {
  readonly tag: Uint8Array;
}

/** What tags are made and checked with: no key that opens anything. */
export interface TagKey {
  readonly sealing: SealContext;
  readonly macKey: MacKey;
}

/** The words of ciphertexts, each times its multiplier, added up modulo q as the ciphertexts come by in order. */
export class TagAccumulator {
  readonly #sealing: SealContext;
  readonly #multipliers: TagMultipliers;
  #value = 0n;

  /** @param first number of the first ciphertext that is added: the sums of a vector's blocks add up to the vector's */
  constructor({ sealing, macKey }: TagKey, context: Uint8Array, first = 0) {
    this.#sealing = sealing;
    this.#multipliers = macKey.multipliers(context, first);
  }

  /** @throws all errors of loadCiphertext */
  add(ciphertext: Uint8Array): void {
    this.#value = (this.#value + weightedSum(ciphertextWords(this.#sealing, ciphertext), this.#multipliers.next())) % q;
  }

  get value(): bigint {
    return this.#value;
  }
}

/** Ciphertexts of one part on their way out; their tag is there once the last one was taken. */
export class TaggedCiphertexts implements AsyncIterable<Uint8Array> {
  readonly #key: TagKey;
  readonly #ciphertexts: AsyncIterable<Uint8Array>;
  readonly #tagging: Tagging;
  #tag: Uint8Array | undefined;

  constructor(key: TagKey, ciphertexts: AsyncIterable<Uint8Array>, tagging: Tagging) {
    this.#key = key;
    this.#ciphertexts = ciphertexts;
    this.#tagging = tagging;
  }

  /** 8 bytes. */
  get tag(): Uint8Array {
    if (!this.#tag) throw new ConsiliumError('internal', 'A contribution has no tag before all of it is encrypted.');
    return this.#tag;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const { context } = this.#tagging;
    const sum = new TagAccumulator(this.#key, context);
    for await (const ciphertext of this.#ciphertexts) {
      sum.add(ciphertext);
      yield ciphertext;
    }
    this.#tag = maskedTag(this.#key.macKey, sum.value, this.#tagging);
  }
}

/** The tag of ciphertexts whose words, each times its multiplier, add up to `weighed`: 8 bytes. */
export function maskedTag(macKey: MacKey, weighed: bigint, tagging: Tagging): Uint8Array {
  return tagBytes((weighed + macKey.mask(tagging.context, tagging)) % q);
}

/**
 * Whether summed ciphertexts are the sum of exactly these contributions, each once. Anything else passes with a probability
 * of 2^-59 at most, once: the answer to a second try would already tell something about the multipliers, so a caller who gets
 * `false` has to stop using the key.
 *
 * @param aggregate the summed ciphertexts in order, and how many there should be
 * @throws ciphertext-count, tag-malformed, and all errors of loadCiphertext: these are told without looking at the key
 */
export async function verifyAggregate(
  key: TagKey,
  aggregate: { readonly ciphertexts: AsyncIterable<Uint8Array>; readonly count: number },
  context: Uint8Array,
  contributions: readonly TaggedContribution[],
): Promise<boolean> {
  const sum = new TagAccumulator(key, context);
  let count = 0;
  for await (const ciphertext of aggregate.ciphertexts) {
    if (++count > aggregate.count) throw new ConsiliumError('ciphertext-count', 'There are too many.');
    sum.add(ciphertext);
  }
  if (count !== aggregate.count) throw new ConsiliumError('ciphertext-count', `${count} of ${aggregate.count} came.`);
  return isSumOf(key.macKey, sum.value, context, contributions);
}

/** The same for summed ciphertexts that were weighed before. @throws tag-malformed */
export function isSumOf(macKey: MacKey, weighed: bigint, context: Uint8Array, contributions: readonly TaggedContribution[]): boolean {
  const tags = contributions.map(({ tag }) => tagFromBytes(tag));
  if (new Set(contributions.map(({ site }) => site)).size !== contributions.length) return false;
  const masks = contributions.map((contribution) => macKey.mask(context, contribution));
  return (total(tags) - total(masks) - weighed) % q === 0n;
}

function total(numbers: readonly bigint[]): bigint {
  return numbers.reduce((sum, number) => sum + number, 0n);
}
