import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { RunningSums, type SumOf } from '../../../coordinator/aggregation/running-sums.ts';
import { PayloadFiles } from '../../../coordinator/store/payload-files.ts';
import { ciphertextRecords } from '../../../shared/ciphertexts/ciphertext-records.ts';
import { expandedCiphertextBytes, seededCiphertextBytes } from '../../../shared/ciphertexts/parameter-set.ts';
import { lanePacking } from '../../../shared/layouts/lane-packing.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { GroupKey } from '../../../site-agent/encryption/group-key.ts';
import { decryptLanes } from '../../../site-agent/encryption/sum-decryption.ts';
import { encryptLanes } from '../../../site-agent/encryption/vector-encryption.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const width = laneWidths['16+6'];
/** Three stripes of ciphertexts, the last one not whole. */
const lanes = 40 * lanePacking(width).lanesPerCiphertext - 1;
const sum: SumOf = { round: 'r', part: 'update', ciphertexts: 40 };

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
    return (await payloads.save(encryptLanes(key, new Uint32Array(lanes).fill(value), width))).digest;
  }
  /** Folds all of a payload in. */
  async function fold(sums: RunningSums, sum: SumOf, digest: string): Promise<void> {
    await sums.fold(sum, { digest, file: await payloads.locate(digest) }, sum.ciphertexts * seededCiphertextBytes);
  }
  async function open(aggregate: string): Promise<Set<number>> {
    return new Set(await decryptLanes(key, ciphertextRecords(payloads.read(aggregate), expandedCiphertextBytes), { lanes, width }));
  }

  it('holds each contribution once, however often it is folded in', async () => {
    using sums = new RunningSums(payloads);
    const digests = [await save(5), await save(20)];
    for (const digest of [...digests, ...digests]) await fold(sums, sum, digest);
    expect(await open(await sums.aggregate(sum, digests))).to.deep.equal(new Set([25]));
  });

  it('is exact when contributions are folded in at the same time', async () => {
    using sums = new RunningSums(payloads);
    const digests = await Promise.all([1, 2, 4, 8].map(save));
    await Promise.all(digests.map((digest) => fold(sums, sum, digest)));
    expect(await open(await sums.aggregate(sum, digests))).to.deep.equal(new Set([15]));
  });

  it('holds a contribution once that is folded in twice at the same time', async () => {
    using sums = new RunningSums(payloads);
    const digest = await save(11);
    await Promise.all([fold(sums, sum, digest), fold(sums, sum, digest)]);
    expect(await open(await sums.aggregate(sum, [digest]))).to.deep.equal(new Set([11]));
  });

  it('takes nothing more once it is written, and what was half added is not in it', async () => {
    using sums = new RunningSums(payloads);
    const [one, late] = [await save(1), await save(30)];
    await fold(sums, sum, one);
    await sums.fold(sum, { digest: late, file: await payloads.locate(late) }, 17 * seededCiphertextBytes);
    expect(await open(await sums.aggregate(sum, [one]))).to.deep.equal(new Set([1]));
    await expectError('round-not-collecting', fold(sums, sum, late));
    sums.discard(sum.round);
    await expectError('round-not-collecting', fold(sums, sum, late));
  });

  it('holds as much of a growing file as was there, and goes on from where it was', async () => {
    using sums = new RunningSums(payloads);
    const [one, growing] = [await save(3), await save(9)];
    await fold(sums, sum, one);
    const bytes = await payloads.readAll(growing);
    const file = join(folder.path, 'growing');
    writeFileSync(file, '');
    for (let from = 0; from < bytes.length; from += 400_000) {
      appendFileSync(file, bytes.subarray(from, from + 400_000));
      await sums.fold(sum, { digest: growing, file }, Math.min(from + 400_000, bytes.length));
    }
    writeFileSync(file, 'what was added is not read again');
    expect(await open(await sums.aggregate(sum, [one, growing]))).to.deep.equal(new Set([12]));
  });

  it('gives back what was taken out again, all or as far as it was in', async () => {
    using sums = new RunningSums(payloads);
    const [one, two, half] = [await save(1), await save(2), await save(4)];
    for (const digest of [one, two]) await fold(sums, sum, digest);
    await sums.fold(sum, { digest: half, file: await payloads.locate(half) }, 20 * seededCiphertextBytes);
    for (const digest of [two, half]) await sums.unfold(sum, digest);
    await payloads.remove(two);
    await payloads.remove(half);
    expect(await open(await sums.aggregate(sum, [one]))).to.deep.equal(new Set([1]));
  });

  it('is made anew when another set is asked for than was folded in', async () => {
    using sums = new RunningSums(payloads);
    const [one, two, four] = [await save(1), await save(2), await save(4)];
    await fold(sums, sum, one);
    await fold(sums, sum, two);
    expect(await open(await sums.aggregate(sum, [one, four]))).to.deep.equal(new Set([5]));
    expect(await open(await sums.aggregate(sum, [one]))).to.deep.equal(new Set([1]));
  });

  it('is made from the contributions on disk after a restart', async () => {
    const digests = [await save(3), await save(6)];
    using sums = new RunningSums(payloads);
    expect(await open(await sums.aggregate(sum, digests))).to.deep.equal(new Set([9]));
  });

  it('is made anew when a contribution turned out bad after its first ciphertext', async () => {
    using sums = new RunningSums(payloads);
    const good = await save(7);
    const ciphertexts = await Array.fromAsync(encryptLanes(key, new Uint32Array(lanes).fill(100), width));
    const bad = await payloads.save([...ciphertexts.slice(0, -1), Buffer.alloc(seededCiphertextBytes, 7)]);
    await fold(sums, sum, good);
    await expectError('ciphertext-malformed', fold(sums, sum, bad.digest));
    await sums.unfold(sum, bad.digest);
    expect(await open(await sums.aggregate(sum, [good]))).to.deep.equal(new Set([7]));
  });

  it('of one part or round does not touch that of another', async () => {
    using sums = new RunningSums(payloads);
    const [one, two, four] = [await save(1), await save(2), await save(4)];
    await fold(sums, { ...sum, round: 'r.1' }, one);
    await fold(sums, { ...sum, round: 'r.1', part: 'statistics' }, two);
    await fold(sums, { ...sum, round: 'r.2' }, four);
    sums.discard('r.1');
    expect(await open(await sums.aggregate({ ...sum, round: 'r.2' }, [four]))).to.deep.equal(new Set([4]));
  });
});
