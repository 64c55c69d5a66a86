import { expect } from 'chai';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { GroupKey, groupKeyHash } from '../../../site-agent/encryption/group-key.ts';
import { sealGroupKey, type SealedKeyBinding } from '../../../site-agent/encryption/group-key-sealing.ts';
import { KeyRing } from '../../../site-agent/encryption/key-ring.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('a box with the group key that was sealed', () => {
  const start = firstEpochStart('v');
  const identity = { federation: 'f', study: 's', planHash: 'p', run: 'a-1', epoch: 1, rosterHash: 'r', start };
  let folder: TemporaryFolder;
  let keys: KeyRing;
  let secret: Buffer;
  let publicKey: Uint8Array;
  let binding: SealedKeyBinding;
  before(async () => {
    using key = await GroupKey.make();
    secret = key.secretBytes();
    binding = { ...identity, custodian: 'mercy', recipient: 'north', groupKeyHash: groupKeyHash(secret) };
  });
  beforeEach(async () => {
    folder = temporaryFolder();
    keys = new KeyRing(folder.path);
    publicKey = await keys.epochPublicKey(identity);
  });
  afterEach(() => {
    keys[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  const open = async (sealedFor: SealedKeyBinding, inside = secret) => keys.openGroupKey(identity, binding.custodian, binding.recipient, binding.groupKeyHash, await sealGroupKey(inside, publicKey, sealedFor));

  const others: Record<string, Partial<SealedKeyBinding>> = {
    federation: { federation: 'g' },
    study: { study: 't' },
    plan: { planHash: 'q' },
    run: { run: 'a-2' },
    epoch: { epoch: 2 },
    roster: { rosterHash: 's' },
    'first round': { start: { ...start, round: 1 } },
    'first version': { start: { ...start, version: 'w' } },
    'set of first parameters': { start: { ...start, parametersHash: 'h' } },
    'chain of update manifests': { start: { ...start, manifests: { ...start.manifests, update: 'm' } } },
    'chain of statistics manifests': { start: { ...start, manifests: { ...start.manifests, statistics: 'm' } } },
    custodian: { custodian: 'south' },
    recipient: { recipient: 'south' },
    key: { groupKeyHash: 'k' },
  };
  for (const [what, other] of Object.entries(others)) {
    it(`for another ${what}, and right in everything else, does not open`, () => expectError('group-key-refused', open({ ...binding, ...other })));
  }

  it('with another key inside than the one that it names is refused', async () => {
    using other = await GroupKey.make();
    await expectError('group-key-refused', open(binding, other.secretBytes()));
  });

  it('for all that it is opened under opens', async () => {
    await open(binding);
    expect((await keys.makeGroupKey(identity, 'north', [])).groupKeyHash, 'the key inside is held').to.equal(binding.groupKeyHash);
  });
});
