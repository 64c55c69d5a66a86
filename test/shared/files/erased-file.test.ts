import { existsSync, linkSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { eraseFile } from '../../../shared/files/erased-file.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('An erased file', () => {
  it('is gone, and its own blocks hold nothing any more', async () => {
    using folder = temporaryFolder();
    const [key, sameBlocks] = [join(folder.path, 'key'), join(folder.path, 'link')];
    writeFileSync(key, 'a secret of thirty-one characters');
    linkSync(key, sameBlocks);
    await eraseFile(key);
    expect(existsSync(key)).to.equal(false);
    expect([...readFileSync(sameBlocks)].every((byte) => byte === 0)).to.equal(true);
  });

  it('may be erased again', async () => {
    using folder = temporaryFolder();
    await eraseFile(join(folder.path, 'nothing'));
  });
});
