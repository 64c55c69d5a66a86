import { expect } from 'chai';
import { sealContext, type SealContext } from '../../../shared/ciphertexts/seal-context.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { TaggedCiphertexts } from '../../../site-agent/encryption/contribution-tag.ts';
import { GroupKey, groupKeyHash } from '../../../site-agent/encryption/group-key.ts';
import { MacKey } from '../../../site-agent/encryption/mac-key.ts';
import { encryptLanes } from '../../../site-agent/encryption/vector-encryption.ts';
import { expectError } from '../../support/expect-error.ts';

describe('a group key', () => {
  it('is the same after it was stored', async () => {
    using key = await GroupKey.make();
    using loaded = await GroupKey.load(key.secretBytes());
    expect(loaded.secretBytes()).to.deep.equal(key.secretBytes());
  });

  it('is named by a hash over both of its halves', async () => {
    using key = await GroupKey.make();
    const secret = key.secretBytes();
    for (const at of [secret.length - 1, secret.length - 32, 1000]) {
      const other = Buffer.from(secret);
      other[at]! ^= 1;
      expect(groupKeyHash(other)).not.to.equal(groupKeyHash(secret));
    }
  });

  it('is refused when it is cut short, goes on too long, or is no key at all', async () => {
    using key = await GroupKey.make();
    const secret = key.secretBytes();
    await expectError('group-key-refused', GroupKey.load(secret.subarray(0, -32)));
    await expectError('group-key-refused', GroupKey.load(Buffer.concat([secret, Buffer.alloc(1)])));
    await expectError('group-key-refused', GroupKey.load(Buffer.alloc(secret.length, 7)));
  });

  it('lets go of both halves when it cannot be put together', async () => {
    const { macKey, secretKey, sealing } = await halves();
    const broken = { ...sealing, seal: { ...sealing.seal, Decryptor: refusingHandle } } as unknown as SealContext;
    expect(() => new GroupKey(broken, macKey, secretKey)).to.throw('no room');
    expect(secretKey.isDeleted()).to.equal(true);
    expect(() => macKey.copyTo(Buffer.alloc(32))).to.throw('erased');
  });

  it('that was erased tags nothing any more, also what is under way', async () => {
    const key = await GroupKey.make();
    const contributor = { site: 'mercy', signingKey: new Uint8Array(32), nonce: new Uint8Array(16) };
    const tagged = new TaggedCiphertexts(key, encryptLanes(key, new Uint32Array(10), laneWidths['16+6']), { ...contributor, context: new Uint8Array(1) });
    const erasing = async () => {
      for await (const _ciphertext of tagged) key[Symbol.dispose]();
    };
    await expectError('group-key-refused', erasing());
    expect(() => key.macKey.multipliers(new Uint8Array(1))).to.throw('erased');
  });
});

async function halves() {
  const sealing = await sealContext();
  using generator = new sealing.seal.KeyGenerator(sealing.context);
  return { sealing, macKey: MacKey.make(), secretKey: generator.secretKey() };
}

function refusingHandle(): never {
  throw new Error('no room');
}
