import { join } from 'node:path';
import { expect } from 'chai';
import { RunningSums } from '../../../coordinator/aggregation/running-sums.ts';
import type { Payloads } from '../../../coordinator/payloads.ts';
import { PayloadFiles } from '../../../coordinator/store/payload-files.ts';
import { ciphertextRecords } from '../../../shared/ciphertexts/ciphertext-records.ts';
import { expandedCiphertextBytes } from '../../../shared/ciphertexts/parameter-set.ts';
import { GroupKey } from '../../../site-agent/encryption/group-key.ts';
import { decryptLanes } from '../../../site-agent/encryption/sum-decryption.ts';
import { encryptLanes } from '../../../site-agent/encryption/vector-encryption.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

/** Two ciphertexts for each contribution. */
const lanes = 10_000;

describe('a running sum', () => {
  let folder: TemporaryFolder;
  let payloads: PayloadFiles;
  let key: GroupKey;
  before(async () => {
    folder = temporaryFolder();
    payloads = await PayloadFiles.open(join(folder.path, 'payloads'));
    key = await GroupKey.make();
  });
  after(() => {
    key[Symbol.dispose]();
    folder[Symbol.dispose]();
  });

  async function save(value: number): Promise<string> {
    return (await payloads.save(encryptLanes(key, new Uint32Array(lanes).fill(value)))).digest;
  }
  async function open(aggregate: string): Promise<Set<number>> {
    return new Set(await decryptLanes(key, ciphertextRecords(payloads.read(aggregate), expandedCiphertextBytes), lanes));
  }

  it('holds each contribution once, however often it is folded in', async () => {
    using sums = new RunningSums(payloads);
    const digests = [await save(5), await save(20)];
    for (const digest of [...digests, ...digests]) await sums.fold('r', 'update', digest);
    expect(await open(await sums.aggregate('r', 'update', digests))).to.deep.equal(new Set([25]));
  });

  it('is exact when contributions are folded in at the same time', async () => {
    using sums = new RunningSums(payloads);
    const digests = await Promise.all([1, 2, 4, 8].map(save));
    await Promise.all(digests.map((digest) => sums.fold('r', 'update', digest)));
    expect(await open(await sums.aggregate('r', 'update', digests))).to.deep.equal(new Set([15]));
  });

  it('holds a contribution once that is folded in twice at the same time', async () => {
    using sums = new RunningSums(payloads);
    const digest = await save(11);
    await Promise.all([sums.fold('r', 'update', digest), sums.fold('r', 'update', digest)]);
    expect(await open(await sums.aggregate('r', 'update', [digest]))).to.deep.equal(new Set([11]));
  });

  it('takes nothing more once it is written, and what was half added is not in it', async () => {
    const [one, late, later] = [await save(1), await save(30), await save(50)];
    const halfRead = Promise.withResolvers<void>();
    const written = Promise.withResolvers<void>();
    const slowly: Payloads = {
      save: (chunks, expected) => payloads.save(chunks, expected),
      readAll: (digest) => payloads.readAll(digest),
      remove: (digest) => payloads.remove(digest),
      async *read(digest) {
        const bytes = await payloads.readAll(digest);
        yield bytes.subarray(0, 40_000);
        if (digest === late) {
          halfRead.resolve();
          await written.promise;
        }
        yield bytes.subarray(40_000);
      },
    };
    using sums = new RunningSums(slowly);
    await sums.fold('r', 'update', one);
    const underWay = sums.fold('r', 'update', late);
    await halfRead.promise;
    const aggregate = await sums.aggregate('r', 'update', [one]);
    expect(await open(aggregate)).to.deep.equal(new Set([1]));
    await expectError('round-not-collecting', sums.fold('r', 'update', later));
    sums.discard('r');
    written.resolve();
    await underWay;
    await expectError('round-not-collecting', sums.fold('r', 'update', later));
  });

  it('is made anew when another set is asked for than was folded in', async () => {
    using sums = new RunningSums(payloads);
    const [one, two, four] = [await save(1), await save(2), await save(4)];
    await sums.fold('r', 'update', one);
    await sums.fold('r', 'update', two);
    expect(await open(await sums.aggregate('r', 'update', [one, four]))).to.deep.equal(new Set([5]));
    expect(await open(await sums.aggregate('r', 'update', [one]))).to.deep.equal(new Set([1]));
  });

  it('is made from the contributions on disk after a restart', async () => {
    const digests = [await save(3), await save(6)];
    using sums = new RunningSums(payloads);
    expect(await open(await sums.aggregate('r', 'update', digests))).to.deep.equal(new Set([9]));
  });

  it('is made anew when a contribution turned out bad after its first ciphertext', async () => {
    using sums = new RunningSums(payloads);
    const good = await save(7);
    const [first] = await Array.fromAsync(encryptLanes(key, new Uint32Array(lanes).fill(100)));
    const bad = await payloads.save([first!, Buffer.alloc(first!.length, 7)]);
    await sums.fold('r', 'update', good);
    await expectError('ciphertext-malformed', sums.fold('r', 'update', bad.digest));
    expect(await open(await sums.aggregate('r', 'update', [good]))).to.deep.equal(new Set([7]));
  });

  it('of one part or round does not touch that of another', async () => {
    using sums = new RunningSums(payloads);
    const [one, two, four] = [await save(1), await save(2), await save(4)];
    await sums.fold('r.1', 'update', one);
    await sums.fold('r.1', 'statistics', two);
    await sums.fold('r.2', 'update', four);
    sums.discard('r.1');
    expect(await open(await sums.aggregate('r.2', 'update', [four]))).to.deep.equal(new Set([4]));
  });
});
