import { chmodSync, chownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { loosePaths, requireOwnerOnly } from '../../../shared/files/owner-only.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

describe('files that only their owner may use', function () {
  before(function () {
    if (process.platform === 'win32') this.skip(); // no permission bits
  });

  for (const [mode, open] of [[0o700, false], [0o400, false], [0o640, true], [0o604, true], [0o620, true], [0o602, true], [0o710, true]] as const) {
    it(`with mode ${mode.toString(8)} are ${open ? 'refused' : 'taken'}`, () => {
      using folder = temporaryFolder();
      const file = join(folder.path, 'key.pem');
      writeFileSync(file, '');
      chmodSync(file, mode);
      expect(loosePaths([folder.path, file]).map(({ path }) => path)).to.deep.equal(open ? [file] : []);
    });
  }

  it('are all named together, each with the command that closes it', async () => {
    using folder = temporaryFolder();
    const keys = join(folder.path, 'keys');
    mkdirSync(keys);
    chmodSync(folder.path, 0o755);
    chmodSync(keys, 0o770);
    const { problems } = await expectError('file-not-private', () => requireOwnerOnly([folder.path, keys]));
    expect(problems).to.deep.equal([
      { path: folder.path, message: `is open to other users (mode 755); run: chmod go-rwx '${folder.path}'` },
      { path: keys, message: `is open to other users (mode 770); run: chmod go-rwx '${keys}'` },
    ]);
  });

  it('count as what a link leads to, and not at all when they are not there', () => {
    using folder = temporaryFolder();
    const [target, link] = ['target', 'link'].map((name) => join(folder.path, name)) as [string, string];
    writeFileSync(target, '');
    chmodSync(target, 0o644);
    symlinkSync(target, link);
    expect(loosePaths([link, join(folder.path, 'nothing')]).map(({ path }) => path)).to.deep.equal([link]);
  });

  it('are refused when they belong to another user', async function () {
    if (process.geteuid?.() !== 0) this.skip(); // only root can give a file away
    using folder = temporaryFolder();
    const file = join(folder.path, 'key.pem');
    writeFileSync(file, '', { mode: 0o600 });
    chownSync(file, 12_345, 12_345);
    const { problems } = await expectError('file-not-private', () => requireOwnerOnly([file]));
    expect(problems[0]?.message).to.equal(`belongs to another user (number 12345); run: chown 0 '${file}'`);
  });
});
