import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { PayloadFiles } from '../../../coordinator/store/payload-files.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const chunks = [Buffer.from('one '), Buffer.from('payload')];
const digest = createHash('sha256').update(Buffer.concat(chunks)).digest('hex');

describe('a payload', () => {
  let folder: TemporaryFolder;
  let files: PayloadFiles;
  beforeEach(async () => {
    folder = temporaryFolder();
    files = await PayloadFiles.open(join(folder.path, 'payloads'));
  });
  afterEach(() => folder[Symbol.dispose]());
  const names = () => readdirSync(join(folder.path, 'payloads'), { recursive: true });

  it('is found by the digest of its bytes, in pieces and whole', async () => {
    expect(await files.save(chunks)).to.deep.equal({ digest, bytes: 11 });
    expect((await files.readAll(digest)).toString()).to.equal('one payload');
    expect(Buffer.concat(await Array.fromAsync(files.read(digest))).toString()).to.equal('one payload');
  });

  it('is read in smaller pieces while many are read at once, so that all together take no more memory', async () => {
    const large = Buffer.alloc(1_000_000, 'large');
    const saved = await files.save([large]);
    const piece = async (reading: AsyncGenerator<Uint8Array>) => ((await reading.next()).value as Uint8Array).length;
    const alone = files.read(saved.digest);
    expect(await piece(alone)).to.equal(2 ** 18);
    const others = Array.from({ length: 99 }, () => files.read(saved.digest));
    await Promise.all(others.map(piece));
    const pieces = await Promise.all([alone, ...others].map(piece));
    expect(new Set(pieces)).to.deep.equal(new Set([Math.floor(2 ** 22 / 100)]));
    await Promise.all(others.map((reading) => reading.return(undefined)));
    expect(Buffer.concat(await Array.fromAsync(alone)).equals(large.subarray(2 ** 18 + Math.floor(2 ** 22 / 100)))).to.equal(true);
    expect(await piece(files.read(saved.digest))).to.equal(2 ** 18);
  });

  it('that is saved twice is there once', async () => {
    await files.save(chunks, { digest, bytes: 11 });
    const before = names();
    await files.save(chunks, { digest, bytes: 11 });
    expect(names()).to.deep.equal(before);
  });

  it('with another digest than announced leaves nothing', async () => {
    await expectError('digest-mismatch', files.save(chunks, { digest: '0'.repeat(64), bytes: 11 }));
    expect(names()).to.deep.equal(['incoming']);
  });

  it('with fewer or more bytes than announced leaves nothing', async () => {
    await expectError('ciphertext-truncated', files.save(chunks, { digest, bytes: 12 }));
    await expectError('contribution-too-large', files.save(chunks, { digest, bytes: 10 }));
    expect(names()).to.deep.equal(['incoming']);
  });

  it('whose sender breaks off leaves nothing', async () => {
    const broken = async function* () {
      yield chunks[0]!;
      throw new Error('the line is dead');
    };
    expect(await files.save(broken()).catch((error: Error) => error.message)).to.equal('the line is dead');
    expect(names()).to.deep.equal(['incoming']);
  });

  it('that a killed process left half written is removed at the next start, and whole ones stay', async () => {
    await files.save(chunks);
    const half = join(folder.path, 'payloads', 'incoming', 'left-behind');
    mkdirSync(join(folder.path, 'payloads', 'incoming'), { recursive: true });
    writeFileSync(half, 'half');
    files = await PayloadFiles.open(join(folder.path, 'payloads'));
    expect(existsSync(half)).to.equal(false);
    expect((await files.readAll(digest)).toString()).to.equal('one payload');
  });

  it('that somebody altered on the disk is not handed on as what was saved', async () => {
    await files.save(chunks);
    writeFileSync(join(folder.path, 'payloads', digest.slice(0, 2), digest.slice(2)), 'one pAyload');
    await expectError('payload-damaged', files.readAll(digest));
    await expectError('payload-damaged', Array.fromAsync(files.read(digest)));
    await files.save(chunks);
    expect((await files.readAll(digest)).toString(), 'the same bytes, saved again, mend it').to.equal('one payload');
  });

  it('is never looked for outside its folder', async () => {
    for (const name of ['../state.sqlite', '', 'ab', `${'0'.repeat(62)}/.`, '0'.repeat(64)]) await expectError('not-found', files.readAll(name));
  });
});
