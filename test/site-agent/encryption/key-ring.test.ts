import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { tagContext } from '../../../shared/statements/tag-context.ts';
import { KeyRing } from '../../../site-agent/encryption/key-ring.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

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

  it('can be claimed again after a crash between the two files of a claim', async () => {
    await keys.claimEpoch({ run: 'a-1', epoch: 1 });
    await rm(join(folder.path, 'highest-epoch'));
    await keys.claimEpoch({ run: 'a-1', epoch: 1 });
    await expectError('epoch-not-growing', keys.claimEpoch({ run: 'b-1', epoch: 1 }));
  });
});

describe('the group key that members of an epoch share', () => {
  const identity = identityOf('a-1', 1);
  const contributor = { site: 'mercy', signingKey: randomBytes(32), nonce: randomBytes(16) };
  const context = tagContext(identity, { round: 'a-1.0', attempt: 1, part: 'update', layoutFingerprint: 'l' });
  const lanes = new Uint32Array(9000).fill(5);
  let folder: TemporaryFolder;
  let custodian: KeyRing;
  let member: KeyRing;
  before(async () => {
    folder = temporaryFolder();
    custodian = new KeyRing(join(folder.path, 'mercy'));
    member = new KeyRing(join(folder.path, 'north'));
    const recipient = { site: 'north', publicKey: await member.epochPublicKey(identity) };
    const { groupKeyHash, boxes } = await custodian.makeGroupKey(identity, 'mercy', [recipient]);
    await member.openGroupKey(identity, 'mercy', 'north', groupKeyHash, boxes[0]!);
  });
  after(() => {
    custodian[Symbol.dispose]();
    member[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  it('lets each of them check what another one tagged, and open it', async () => {
    const encrypted = await custodian.encrypt('a-1', lanes, { ...contributor, context });
    const ciphertexts = await Array.fromAsync(encrypted);
    const verified = member.verifySum('a-1', Readable.from(ciphertexts), lanes.length, context, [{ ...contributor, tag: encrypted.tag }]);
    expect(await verified).to.equal(true);
    expect(await member.decrypt('a-1', Readable.from(ciphertexts), lanes.length)).to.deep.equal(lanes);
  });
});
