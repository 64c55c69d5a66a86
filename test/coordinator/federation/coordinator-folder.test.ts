import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { initCoordinator, openCoordinatorFolder } from '../../../coordinator/federation/coordinator-folder.ts';
import { systemClock } from '../../../shared/clock.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const settings = { name: 'Cardiology network', hosts: ['coordinator.example'], clock: systemClock };

describe('coordinator folder', () => {
  it('holds the same federation and authority when it is opened again', async () => {
    using parent = temporaryFolder();
    const folder = join(parent.path, 'coordinator');
    const made = await initCoordinator(folder, settings);
    const opened = await openCoordinatorFolder(folder);
    expect(opened.federation).to.deep.equal(made.federation);
    expect(opened.authority.fingerprint).to.equal(made.authority.fingerprint);
    expect(opened.authority.certificate.ca).to.equal(true);
  });

  it('keeps the authority\'s key from other users', async () => {
    using parent = temporaryFolder();
    const folder = join(parent.path, 'coordinator');
    await initCoordinator(folder, settings);
    expect(statSync(folder).mode & 0o777).to.equal(0o700);
    expect(statSync(join(folder, 'keys/certificate-authority.pem')).mode & 0o777).to.equal(0o600);
  });

  it('is not made where something else is', async () => {
    using folder = temporaryFolder();
    writeFileSync(join(folder.path, 'something'), '');
    await expectError('folder-in-use', initCoordinator(folder.path, settings));
  });

  it('is not made twice', async () => {
    using folder = temporaryFolder();
    await initCoordinator(folder.path, settings);
    await expectError('folder-in-use', initCoordinator(folder.path, settings));
  });

  it('cannot be opened where there is none, or where its settings are damaged', async () => {
    using folder = temporaryFolder();
    await expectError('not-initialised', openCoordinatorFolder(folder.path));
    await initCoordinator(folder.path, settings);
    writeFileSync(join(folder.path, 'federation.json'), JSON.stringify({ id: 'x', name: '', hosts: [], createdAt: '', extra: 1 }));
    const error = await expectError('invalid-settings', openCoordinatorFolder(folder.path));
    expect(error.problems.map(({ path }) => path)).to.include.members(['federation.json.id', 'federation.json.name', 'federation.json.createdAt', 'federation.json']);
  });
});
