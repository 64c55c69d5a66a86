import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { namesIfThere, readIfThere, writeCachedFile, writeDurableFile } from '../../../shared/files/durable-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('a durable file', () => {
  const large = new Uint8Array(600_000).map((_, index) => index % 251);
  async function* pieces() {
    yield large.subarray(0, 300_000);
    yield large.subarray(300_000, 300_007);
    yield large.subarray(300_007);
  }
  const contents: readonly [string, () => Parameters<typeof writeDurableFile>[1], Uint8Array][] = [
    ['a text', () => 'naïve', Buffer.from('naïve')],
    ['a large text', () => 'é'.repeat(400_000), Buffer.from('é'.repeat(400_000))],
    ['nothing', () => '', Buffer.alloc(0)],
    ['a few bytes', () => large.subarray(0, 9), large.subarray(0, 9)],
    ['many bytes', () => large, large],
    ['bytes that come in pieces', pieces, large],
  ];
  for (const [name, content, bytes] of contents) {
    it(`holds ${name}, privately, in a folder that is made for it`, async () => {
      using folder = temporaryFolder();
      for (const [file, write] of [['durable', writeDurableFile], ['cached', writeCachedFile]] as const) {
        const path = join(folder.path, 'new', file, 'file');
        await write(path, content());
        expect(Buffer.compare((await readIfThere(path)) ?? Buffer.alloc(1), bytes)).to.equal(0);
        expect([statSync(path).mode & 0o777, statSync(join(folder.path, 'new', file)).mode & 0o777]).to.deep.equal([0o600, 0o700]);
        expect(readdirSync(join(folder.path, 'new', file))).to.deep.equal(['file']);
      }
    });
  }

  it('is as it was when its new contents break off, with nothing left beside it', async () => {
    using folder = temporaryFolder();
    const path = join(folder.path, 'file');
    await writeDurableFile(path, 'before');
    const broken = async function* () {
      yield large;
      throw new Error('The sender is gone.');
    };
    expect(await writeDurableFile(path, broken()).catch((error: Error) => error.message)).to.equal('The sender is gone.');
    expect(readFileSync(path, 'utf8')).to.equal('before');
    expect(readdirSync(folder.path)).to.deep.equal(['file']);
  });

  it('that is not there is nothing, and neither is what a missing folder holds', async () => {
    using folder = temporaryFolder();
    expect(await readIfThere(join(folder.path, 'none'))).to.equal(undefined);
    expect(namesIfThere(join(folder.path, 'none'))).to.deep.equal([]);
  });

  it('that cannot be read is an error', async () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'folder'));
    writeFileSync(join(folder.path, 'file'), '');
    expect(await readIfThere(join(folder.path, 'folder')).catch((error: NodeJS.ErrnoException) => error.code)).to.equal('EISDIR');
    expect(() => namesIfThere(join(folder.path, 'file'))).to.throw('ENOTDIR');
  });
});
