import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { fillFolder, requireVacant } from '../../../shared/files/private-folder.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const contents = { 'keys/a.pem': 'key', 'settings.json': '{}' };

describe('private folder', () => {
  it('is made with its files, for its owner only', () => {
    using parent = temporaryFolder();
    const folder = join(parent.path, 'new');
    fillFolder(folder, contents);
    expect(readFileSync(join(folder, 'keys/a.pem'), 'utf8')).to.equal('key');
    for (const [path, mode] of [['.', 0o700], ['keys', 0o700], ['keys/a.pem', 0o600], ['settings.json', 0o600]] as const) {
      expect((statSync(join(folder, path)).mode & 0o777).toString(8), path).to.equal(mode.toString(8));
    }
    expect(readdirSync(folder)).to.have.members(['keys', 'settings.json']);
  });

  it('may be there already when it is empty, as a mounted volume is', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, 'lost+found'));
    fillFolder(folder.path, contents);
    expect(readdirSync(folder.path)).to.have.members(['keys', 'settings.json', 'lost+found']);
  });

  it('is closed to others when it was there and open', () => {
    using folder = temporaryFolder();
    chmodSync(folder.path, 0o755);
    fillFolder(folder.path, contents);
    expect((statSync(folder.path).mode & 0o777).toString(8)).to.equal('700');
  });

  it('is refused when it holds anything', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'thesis.txt'), '');
    await expectError('folder-in-use', () => fillFolder(folder.path, contents));
    expect(readdirSync(folder.path)).to.deep.equal(['thesis.txt']);
  });

  it('holds nothing after a failure', () => {
    using parent = temporaryFolder();
    const folder = join(parent.path, 'new');
    const impossible = { 'keys/a.pem': 'key', 'keys/a.pem/b': 'a file cannot be a folder' };
    expect(() => fillFolder(folder, impossible)).to.throw();
    expect(existsSync(folder)).to.equal(false);
  });

  it('counts as vacant with what a killed attempt left', () => {
    using folder = temporaryFolder();
    mkdirSync(join(folder.path, '.incomplete'));
    mkdirSync(join(folder.path, 'keys'));
    writeFileSync(join(folder.path, 'keys/a.pem'), 'from the attempt before');
    requireVacant(folder.path);
    fillFolder(folder.path, contents);
    expect(readFileSync(join(folder.path, 'keys/a.pem'), 'utf8')).to.equal('key');
    expect(readdirSync(folder.path)).to.have.members(['keys', 'settings.json']);
  });
});
