import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { expandedCiphertextBytes } from '../../../shared/ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { ciphertextCount } from '../../../shared/layouts/lane-packing.ts';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { VectorEncoding } from '../../../shared/layouts/vector-encoding.ts';
import { laneShape, type VectorLayout } from '../../../shared/layouts/vector-layout.ts';
import { tagContext } from '../../../shared/statements/tag-context.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import type { SumFile } from '../../../site-agent/encryption/cipher-job.ts';
import type { TaggedContribution } from '../../../site-agent/encryption/contribution-tag.ts';
import { GroupKey } from '../../../site-agent/encryption/group-key.ts';
import { KeyRing } from '../../../site-agent/encryption/key-ring.ts';
import { chosenSum } from '../../support/chosen-sum.ts';
import { expectError } from '../../support/expect-error.ts';
import { laneSource } from '../../support/lane-source.ts';
import { asSummed, spoilt } from '../../support/spoilt-ciphertexts.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const width = laneWidths['16+3'];
const identityOf = (run: string, epoch: number) => ({ federation: 'f', study: 's', planHash: 'p', run, epoch, rosterHash: 'r', start: firstEpochStart('v') });

describe('the epochs of a key ring', () => {
  let folder: TemporaryFolder;
  let keys: KeyRing;
  beforeEach(() => {
    folder = temporaryFolder();
    keys = new KeyRing(folder.path);
  });
  afterEach(() => {
    keys[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  it('may be worked on in another order than they were claimed', async () => {
    await Promise.all([keys.claimEpoch({ run: 'a-1', epoch: 1 }), keys.claimEpoch({ run: 'b-1', epoch: 2 })]);
    const later = await keys.epochPublicKey(identityOf('b-1', 2));
    const earlier = await keys.epochPublicKey(identityOf('a-1', 1));
    expect(earlier).not.to.deep.equal(later);
    expect(await keys.epochPublicKey(identityOf('b-1', 2))).to.deep.equal(later);
  });

  it('have to grow from run to run', async () => {
    await keys.claimEpoch({ run: 'b-1', epoch: 2 });
    await expectError('epoch-not-growing', keys.claimEpoch({ run: 'a-1', epoch: 1 }));
    await expectError('epoch-not-growing', keys.epochPublicKey(identityOf('c-1', 2)));
  });

  it('follow one another in a run: the later one has other keys, and the earlier one is gone', async () => {
    const first = await keys.epochPublicKey(identityOf('a-1', 1));
    await keys.makeGroupKey(identityOf('a-1', 1), 'mercy', []);
    const second = await keys.epochPublicKey(identityOf('a-1', 3));
    expect(second).not.to.deep.equal(first);
    expect(existsSync(join(folder.path, 'a-1', 'group-key'))).to.equal(false);
    await expectError('epoch-not-growing', keys.claimEpoch({ run: 'a-1', epoch: 1 }));
    await expectError('epoch-not-growing', keys.claimEpoch({ run: 'a-1', epoch: 2 }));
  });

  it('are not forgotten with the run', async () => {
    await keys.epochPublicKey(identityOf('a-1', 1));
    await keys.erase('a-1');
    expect(await keys.runs()).to.deep.equal([]);
    await expectError('epoch-not-growing', keys.claimEpoch({ run: 'a-1', epoch: 1 }));
  });

  it('are not claimed by what may not begin: an earlier one is taken after it, and the run keeps its keys', async () => {
    const before = await keys.epochPublicKey(identityOf('a-1', 1));
    const forbidden = keys.claimEpoch({ run: 'a-1', epoch: 9 }, () => Promise.reject(new ConsiliumError('study-not-approved')));
    const next = keys.claimEpoch({ run: 'b-1', epoch: 2 });
    await expectError('study-not-approved', forbidden);
    await next;
    expect(await keys.epochPublicKey(identityOf('a-1', 1))).to.deep.equal(before);
  });

  it('are claimed in the order in which they came, however long it takes to see that they may begin', async () => {
    const slow = Promise.withResolvers<void>();
    const claims = [keys.claimEpoch({ run: 'a-1', epoch: 1 }, () => slow.promise), keys.claimEpoch({ run: 'b-1', epoch: 2 }, async () => slow.resolve())];
    setImmediate(slow.resolve);
    await Promise.all(claims);
  });

  it('are not further than a day ahead of the clock, so that others can follow', async () => {
    const tomorrow = Math.floor(Date.now() / 1000) + 86_400;
    await expectError('epoch-too-far', keys.claimEpoch({ run: 'a-1', epoch: tomorrow + 60 }));
    await keys.claimEpoch({ run: 'b-1', epoch: tomorrow - 60 });
  });

  it('can be claimed again after a crash between the two files of a claim', async () => {
    await keys.claimEpoch({ run: 'a-1', epoch: 1 });
    await rm(join(folder.path, 'highest-epoch'));
    await keys.claimEpoch({ run: 'a-1', epoch: 1 });
    await expectError('epoch-not-growing', keys.claimEpoch({ run: 'b-1', epoch: 1 }));
  });

  const identity = identityOf('a-1', 1);
  const ends: [title: string, key: 'epoch-private-key' | 'group-key', end: (publicKey: Uint8Array) => Promise<unknown>][] = [
    ["a member's private key, once it has made the group key", 'epoch-private-key', () => keys.makeGroupKey(identity, 'north', [])],
    ["a member's private key, once it has opened the group key", 'epoch-private-key', (publicKey) => openSealedTo(publicKey)],
    ["a member's private key, when the run ends before that", 'epoch-private-key', () => keys.erase('a-1')],
    ['the group key, when the run ends', 'group-key', () => keys.erase('a-1')],
  ];
  for (const [title, key, end] of ends) {
    it(`leave nothing of ${title}: its file is gone, and its own blocks hold zeros`, async () => {
      const [file, sameBlocks] = [join(folder.path, 'a-1', key), join(folder.path, 'link')];
      const publicKey = await keys.epochPublicKey(identity);
      if (key === 'group-key') await keys.makeGroupKey(identity, 'north', []);
      linkSync(file, sameBlocks);
      expect(readFileSync(sameBlocks).some((byte) => byte !== 0), 'a key').to.equal(true);
      await end(publicKey);
      expect(existsSync(file)).to.equal(false);
      expect(readFileSync(sameBlocks).every((byte) => byte === 0)).to.equal(true);
    });
  }

  async function openSealedTo(publicKey: Uint8Array): Promise<void> {
    using custodian = new KeyRing(join(folder.path, 'mercy'));
    const { groupKeyHash, boxes } = await custodian.makeGroupKey(identity, 'mercy', [{ site: 'north', publicKey }]);
    await keys.openGroupKey(identity, 'mercy', 'north', groupKeyHash, boxes[0]!);
  }
});

const fields = [
  { kind: 'fixed-point', name: 'kernel', length: 150_000, range: 1 },
  { kind: 'fixed-point', name: 'bias', length: 100_001, range: 0.5 },
  { kind: 'count', name: 'clipped', length: 1, maximum: 250_001 },
] as const;
const layout: VectorLayout = { part: 'update', lanes: width, fields };

/** Changes of two tensors, some of them out of range, and other rounding errors for each. */
function encoding(inPlace: boolean): VectorEncoding {
  const delta = Float32Array.from({ length: 250_001 }, (_, index) => ((index * 7919) % 2003) / 2000 - 0.4);
  let draws = 0;
  const rounding = { errorFeedback: false, uniform: () => (draws++ % 101) / 101 } as const;
  const values = { kernel: delta.subarray(0, 150_000), bias: delta.subarray(150_000) };
  return new VectorEncoding(layout, values, { share: 0.75, rounding: inPlace ? { errorFeedback: true } : rounding, ...(inPlace && { residualInto: delta }), clippedField: 'clipped' });
}

describe('the group key that members of an epoch share', () => {
  const identity = identityOf('a-1', 1);
  const contributor = { site: 'mercy', signingKey: randomBytes(32), nonce: randomBytes(16) };
  const context = tagContext(identity, { round: 'a-1.0', attempt: 1, part: 'update', layoutFingerprint: 'l' });
  let folder: TemporaryFolder;
  let custodian: KeyRing;
  let opened: number;
  beforeEach(() => void (opened = 0));
  let member: KeyRing;
  before(async () => {
    folder = temporaryFolder();
    custodian = new KeyRing(join(folder.path, 'mercy'));
    member = new KeyRing(join(folder.path, 'north'), () => void opened++);
    const recipient = { site: 'north', publicKey: await member.epochPublicKey(identity) };
    const { groupKeyHash, boxes } = await custodian.makeGroupKey(identity, 'mercy', [recipient]);
    await member.openGroupKey(identity, 'mercy', 'north', groupKeyHash, boxes[0]!);
  });
  after(() => {
    custodian[Symbol.dispose]();
    member[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  for (const inPlace of [true, false]) {
    it(`encrypts a vector as it is encoded, ${inPlace ? 'rounding errors in the place of the values' : 'with rounding by draws'}, as if all of it had been encoded before`, async () => {
      const [before, asTaken] = [encoding(inPlace), encoding(inPlace)];
      const lanes = before.take(before.length);
      const ciphertexts = Buffer.concat(await Array.fromAsync(await custodian.encrypt('a-1', asTaken, width, { ...contributor, context })));
      const sum = { ...laneShape(layout), path: join(folder.path, 'encoded') };
      await writeFile(sum.path, await chosenSum([ciphertexts]));
      expect(await member.decrypt('a-1', sum)).to.deep.equal(lanes);
      expect(asTaken.residual).to.deep.equal(before.residual);
      expect([asTaken.clipped, before.clipped > 0]).to.deep.equal([before.clipped, true]);
    });
  }

  it('encrypts the lanes of a vector once', async () => {
    const encrypted = await custodian.encrypt('a-1', encoding(true), width, { ...contributor, context });
    await Array.fromAsync(encrypted);
    await expectError('internal', Array.fromAsync(encrypted));
  });

  for (const [how, lanes, cut] of [
    ['in one piece', new Uint32Array(9000).fill(5), 'ciphertext-truncated'],
    ['by all cores', Uint32Array.from({ length: 300_000 }, (_, lane) => lane % 65_536), 'ciphertext-count'],
  ] as const) {
    describe(`and a vector that is worked on ${how}`, () => {
      let bytes: Buffer;
      let sum: SumFile;
      let contribution: TaggedContribution;
      before(async () => {
        const encrypted = await custodian.encrypt('a-1', laneSource(lanes), width, { ...contributor, context });
        const ciphertexts = Buffer.concat(await Array.fromAsync(encrypted));
        bytes = await chosenSum([ciphertexts]);
        sum = { path: join(folder.path, 'sum'), lanes: lanes.length, width };
        contribution = { ...contributor, tag: encrypted.tag };
      });

      const verify = async (served: Uint8Array) => {
        await writeFile(sum.path, served);
        return member.verifySum('a-1', sum, context, [contribution]);
      };

      it('lets each of them check what another one tagged, and open it', async () => {
        expect(await verify(bytes)).to.equal(true);
        expect(opened, 'checking uses no secret key').to.equal(0);
        expect(await member.decrypt('a-1', sum)).to.deep.equal(lanes);
        expect(opened, 'each ciphertext counts').to.equal(ciphertextCount(sum));
      });

      it('shows any change of any ciphertext, and a sum of another length', async () => {
        for (let ciphertext = 0; ciphertext < ciphertextCount(sum); ciphertext++) {
          const changed = Buffer.from(bytes);
          const at = (ciphertext + 1) * expandedCiphertextBytes - 8;
          changed.writeUInt8(changed.readUInt8(at) ^ 1, at);
          expect(await verify(changed), `ciphertext ${ciphertext}`).to.equal(false);
        }
        for (const other of [bytes.subarray(expandedCiphertextBytes), Buffer.concat([bytes, bytes.subarray(0, expandedCiphertextBytes)])]) await expectError('ciphertext-count', verify(other));
        await expectError(cut, verify(bytes.subarray(0, -1)));
        expect(opened).to.equal(0);
      });

      for (const [title, code, spoil] of spoilt.filter(([, code]) => code !== 'ciphertext-truncated')) {
        it(`refuses a ciphertext ${title}, first or last, without the secret key`, async () => {
          using key = await GroupKey.make();
          for (const at of [0, ciphertextCount(sum) - 1]) {
            const changed = Buffer.from(bytes);
            changed.set(asSummed(spoil(bytes.subarray(0, expandedCiphertextBytes), key)), at * expandedCiphertextBytes);
            await expectError(code, verify(changed));
          }
          expect(opened).to.equal(0);
        });
      }
    });
  }
});
