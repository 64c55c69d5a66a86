import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { CiphertextSum } from '../../../shared/ciphertexts/ciphertext-sum.ts';
import { expandedCiphertextBytes, parameterSet } from '../../../shared/ciphertexts/parameter-set.ts';
import { tagBytes, tagFromBytes } from '../../../shared/ciphertexts/tag-bytes.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { lanePacking } from '../../../shared/layouts/lane-packing.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { sha256 } from '../../../shared/statements/digest.ts';
import { encodeStatement } from '../../../shared/statements/statement.ts';
import { tagContext, type TaggedSum } from '../../../shared/statements/tag-context.ts';
import { TaggedCiphertexts, verifyAggregate, type TaggedContribution } from '../../../site-agent/encryption/contribution-tag.ts';
import { GroupKey } from '../../../site-agent/encryption/group-key.ts';
import { encryptLanes } from '../../../site-agent/encryption/vector-encryption.ts';
import { expectError } from '../../support/expect-error.ts';

const q = parameterSet.coefficientModulus;
const identity = { federation: 'f', study: 's', planHash: 'p', run: 's-1', epoch: 3, rosterHash: 'r', start: firstEpochStart('v') };
const sum: TaggedSum = { round: 's-1.2', attempt: 1, part: 'update', layoutFingerprint: 'l' };
const context = tagContext(identity, sum);
const count = 3;
const width = laneWidths['16+6'];
const lanesOfVector = count * lanePacking(width).lanesPerCiphertext - 100;

interface Contribution extends TaggedContribution {
  readonly ciphertexts: readonly Uint8Array[];
}

describe('the tag of a contribution', () => {
  let key: GroupKey;
  let contributions: Contribution[];
  let aggregate: Uint8Array[];
  before(async () => {
    key = await GroupKey.make();
    contributions = [];
    for (const site of ['mercy', 'north', 'south']) contributions.push(await contributionOf(site));
    aggregate = sumOf(contributions);
  });
  after(() => key[Symbol.dispose]());

  async function contributionOf(site: string): Promise<Contribution> {
    const lanes = Uint32Array.from({ length: lanesOfVector }, () => Math.floor(Math.random() * 65_536));
    const contributor = { site, signingKey: randomBytes(32), nonce: randomBytes(16) };
    const tagged = new TaggedCiphertexts(key, encryptLanes(key, lanes, width), { ...contributor, context });
    const ciphertexts = await Array.fromAsync(tagged);
    return { ...contributor, ciphertexts, tag: tagged.tag };
  }

  async function tagOf(ciphertexts: readonly Uint8Array[], changes: Partial<TaggedContribution & { context: Uint8Array }> = {}): Promise<Uint8Array> {
    const tagged = new TaggedCiphertexts(key, stream(ciphertexts), { ...contributions[0]!, context, ...changes });
    await Array.fromAsync(tagged);
    return tagged.tag;
  }

  function sumOf(summed: readonly Pick<Contribution, 'ciphertexts'>[]): Uint8Array[] {
    using added = new CiphertextSum(key.sealing);
    for (const { ciphertexts } of summed) ciphertexts.forEach((ciphertext, index) => added.add(index, ciphertext));
    return [...added.serialise()];
  }

  function verifies(ciphertexts: Iterable<Uint8Array>, named: readonly TaggedContribution[] = contributions, under: Uint8Array = context): Promise<boolean> {
    return verifyAggregate(key, { ciphertexts: stream(ciphertexts), count }, under, named);
  }

  it('adds as the ciphertexts do: the sum of all contributions is recognised', async () => {
    expect(await verifies(aggregate)).to.equal(true);
    expect(await verifies(sumOf([contributions[0]!]), [contributions[0]!])).to.equal(true);
  });

  it('needs no key that opens anything', async () => {
    const { sealing, macKey } = key;
    expect(await verifyAggregate({ sealing, macKey }, { ciphertexts: stream(aggregate), count }, context, contributions)).to.equal(true);
  });

  it('is what the definition says, word by word', async () => {
    const [first] = contributions;
    const derive = (domain: string, fields: [string, string | Uint8Array][]) => {
      const macKey = key.secretBytes().subarray(-32);
      return Buffer.from(hkdfSync('sha256', macKey, '', sha256(encodeStatement(domain, fields)), 32));
    };
    const { site, signingKey, nonce } = first!;
    const keystream = createCipheriv('aes-256-ctr', derive('consilium/tag-multipliers/v1', [['context', context]]), Buffer.alloc(16));
    let expected = BigInt(`0x${derive('consilium/tag-mask/v1', [['context', context], ['site', site], ['signing-key', signingKey], ['nonce', nonce]]).toString('hex')}`);
    for (const expanded of sumOf([first!])) {
      const multipliers = keystream.update(Buffer.alloc(65_536));
      for (let at = 0; at < multipliers.length; at += 8) {
        const word = Buffer.from(expanded).readBigUInt64LE(expandedCiphertextBytes - 65_536 + at);
        expected += word * BigInt.asUintN(60, multipliers.readBigUInt64LE(at));
      }
    }
    expect(tagFromBytes(first!.tag)).to.equal(expected % q);
  });

  const cheats: [title: string, sum: () => readonly Uint8Array[]][] = [
    ['in which a constant was added to one coefficient', () => changed(aggregate, 1, 5, (word) => (word + 1_000n) % q)],
    ['in which one bit of the first polynomial was flipped', () => changed(aggregate, 0, 0, (word) => word ^ 1n)],
    ['in which one bit of the second polynomial was flipped', () => changed(aggregate, 2, 8191, (word) => word ^ 2n)],
    ['in which one coefficient was negated', () => changed(aggregate, 2, 4096, (word) => (q - word) % q)],
    ['that is one site\'s own ciphertext', () => sumOf([contributions[0]!])],
    ['that holds one contribution twice', () => sumOf([...contributions, contributions[0]!])],
    ['that leaves one out', () => sumOf(contributions.slice(1))],
    ['that holds one contribution in place of another', () => sumOf([contributions[0]!, contributions[0]!, contributions[2]!])],
    ['in which a site\'s chunks changed places', () => sumOf([{ ciphertexts: swapped(contributions[0]!.ciphertexts, 0, 1) }, ...contributions.slice(1)])],
    ['whose own chunks changed places', () => swapped(aggregate, 0, 2)],
    ['that holds another site\'s chunk in place of a site\'s own', () => {
      const [one, other, third] = contributions;
      return sumOf([{ ciphertexts: [other!.ciphertexts[0]!, ...one!.ciphertexts.slice(1)] }, other!, third!]);
    }],
  ];
  for (const [title, cheat] of cheats) {
    it(`refuses a sum ${title}`, async () => expect(await verifies(cheat())).to.equal(false));
  }

  it('does not see chunks that two sites swapped at one place, because the sum is the same', async () => {
    const [one, other, third] = contributions;
    const crossed = [
      { ciphertexts: [other!.ciphertexts[0]!, ...one!.ciphertexts.slice(1)] },
      { ciphertexts: [one!.ciphertexts[0]!, ...other!.ciphertexts.slice(1)] },
    ];
    expect(await verifies(sumOf([...crossed, third!]))).to.equal(true);
    expect(await verifies(sumOf([crossed[0]!]), [one!])).to.equal(false);
  });

  it('refuses a sum with any single bit of any coefficient flipped', async () => {
    const places = fc.record({ chunk: fc.nat(count - 1), word: fc.nat(8191), bit: fc.nat(59) });
    await fc.assert(
      fc.asyncProperty(places, async ({ chunk, word, bit }) => {
        const spoilt = changed(aggregate, chunk, word, (value) => value ^ (1n << BigInt(bit)));
        expect(await verifies(spoilt).catch((error: { code: ErrorCode }) => error.code)).to.be.oneOf([false, 'ciphertext-malformed']);
      }),
      { numRuns: 60 },
    );
  });

  const otherSums: [what: string, under: () => Uint8Array][] = [
    ['federation', () => tagContext({ ...identity, federation: 'g' }, sum)],
    ['study', () => tagContext({ ...identity, study: 't' }, sum)],
    ['plan', () => tagContext({ ...identity, planHash: 'o' }, sum)],
    ['run', () => tagContext({ ...identity, run: 's-2' }, sum)],
    ['epoch', () => tagContext({ ...identity, epoch: 4 }, sum)],
    ['start', () => tagContext({ ...identity, start: firstEpochStart('w') }, sum)],
    ['roster', () => tagContext({ ...identity, rosterHash: 'q' }, sum)],
    ['round', () => tagContext(identity, { ...sum, round: 's-1.3' })],
    ['attempt', () => tagContext(identity, { ...sum, attempt: 2 })],
    ['part', () => tagContext(identity, { ...sum, part: 'statistics' })],
    ['layout', () => tagContext(identity, { ...sum, layoutFingerprint: 'k' })],
  ];
  for (const [what, under] of otherSums) {
    it(`is of no use in another ${what}`, async () => {
      expect(await verifies(aggregate, contributions, under())).to.equal(false);
      expect(await tagOf(contributions[0]!.ciphertexts, { context: under() })).not.to.deep.equal(contributions[0]!.tag);
    });
  }

  const otherContributors: [what: string, change: (named: TaggedContribution) => Partial<TaggedContribution>][] = [
    ['site', () => ({ site: 'west' })],
    ['signing key', () => ({ signingKey: randomBytes(32) })],
    ['nonce', () => ({ nonce: randomBytes(16) })],
    ['tag', ({ tag }) => ({ tag: tagBytes((tagFromBytes(tag) + 1n) % q) })],
  ];
  for (const [what, change] of otherContributors) {
    it(`belongs to its ${what}`, async () => {
      const [one, ...others] = contributions;
      expect(await verifies(aggregate, [{ ...one!, ...change(one!) }, ...others])).to.equal(false);
    });
  }

  it('counts once for each site, also when the sum holds a contribution as often as it is named', async () => {
    const twice = [...contributions, contributions[0]!];
    expect(await verifies(sumOf(twice), twice)).to.equal(false);
  });

  it('tells nothing about the ciphertexts without its nonce: the same ones have unrelated tags', async () => {
    const { ciphertexts } = contributions[0]!;
    const tags = await Promise.all(Array.from({ length: 8 }, () => tagOf(ciphertexts, { nonce: randomBytes(16) })));
    expect(new Set(tags.map((tag) => Buffer.from(tag).toString('hex'))).size).to.equal(tags.length);
    expect(await tagOf(ciphertexts)).to.deep.equal(contributions[0]!.tag);
  });

  it('of another epoch\'s key is of no use', async () => {
    using other = await GroupKey.make();
    const aggregated = { ciphertexts: stream(aggregate), count };
    expect(await verifyAggregate(other, aggregated, context, contributions)).to.equal(false);
  });

  it('is not asked for a sum of another size than the layout\'s', async () => {
    await expectError('ciphertext-count', verifies(aggregate.slice(1)));
    await expectError('ciphertext-count', verifies([...aggregate, aggregate[0]!]));
    await expectError('ciphertext-count', verifies(endless(aggregate[0]!)));
  });

  it('is not there before the last ciphertext was taken', async () => {
    const tagged = new TaggedCiphertexts(key, stream(contributions[0]!.ciphertexts), { ...contributions[0]!, context });
    for await (const _ciphertext of tagged) expect(() => tagged.tag).to.throw('before all of it is encrypted');
    expect(tagged.tag).to.have.length(8);
  });

  it('travels as 8 bytes, a number below q', () => {
    for (const tag of [0n, 1n, q - 1n]) expect(tagFromBytes(tagBytes(tag))).to.equal(tag);
    expect([...tagBytes(258n)]).to.deep.equal([0, 0, 0, 0, 0, 0, 1, 2]);
    for (const bytes of [tagBytes(q), Buffer.alloc(8, 0xff), Buffer.alloc(7), Buffer.alloc(9)]) {
      expect(() => tagFromBytes(bytes)).to.throw().with.property('code', 'tag-malformed');
    }
  });
});

function changed(aggregate: readonly Uint8Array[], chunk: number, word: number, change: (word: bigint) => bigint): Uint8Array[] {
  return aggregate.map((ciphertext, index) => {
    if (index !== chunk) return ciphertext;
    const bytes = Buffer.from(ciphertext);
    const at = expandedCiphertextBytes - 65_536 + 8 * word;
    bytes.writeBigUInt64LE(change(bytes.readBigUInt64LE(at)), at);
    return bytes;
  });
}

function swapped<Item>(items: readonly Item[], one: number, other: number): Item[] {
  return items.map((item, index) => (index === one ? items[other]! : index === other ? items[one]! : item));
}

function* endless<Item>(item: Item): Generator<Item> {
  for (;;) yield item;
}

async function* stream(items: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* items;
}
