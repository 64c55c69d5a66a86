import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { Access } from '../../../coordinator/access/access.ts';
import { localOperator } from '../../../coordinator/access/caller.ts';
import { Store } from '../../../coordinator/store/store.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { expectError } from '../../support/expect-error.ts';
import { dayMs, minuteMs, SetClock } from '../../support/set-clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('access', () => {
  let folder: TemporaryFolder;
  let store: Store;
  let clock: SetClock;
  let access: Access;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = await Store.open(join(folder.path, 'coordinator.sqlite'));
    clock = new SetClock();
    access = new Access(store, clock);
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  it('is known by its token, of which only the hash is stored', async () => {
    const { grant, token } = await access.grant({ name: 'ada', roles: ['data-scientist'] }, localOperator);
    expect(await access.identify(token)).to.deep.equal({ name: 'ada', roles: ['data-scientist'] });
    expect(grant.tokenHash).to.equal(sha256Hex(token));
    for (const file of ['', '-wal']) expect(readFileSync(join(folder.path, `coordinator.sqlite${file}`)).includes(token)).to.equal(false);
  });

  it('belongs to nobody when the token was never made', async () => {
    expect(await access.identify('A'.repeat(43))).to.equal(undefined);
  });

  it('expires after 90 days unless another time was asked for', async () => {
    const { token } = await access.grant({ name: 'ada', roles: ['viewer'] }, localOperator);
    const { token: short } = await access.grant({ name: 'job', roles: ['viewer'], validityMs: minuteMs }, localOperator);
    clock.aheadMs = minuteMs;
    expect((await access.identify(short))?.refusal).to.include({ code: 'access-expired' });
    clock.aheadMs = 90 * dayMs - minuteMs;
    expect((await access.identify(token))?.refusal).to.equal(undefined);
    clock.aheadMs = 90 * dayMs;
    expect(await access.identify(token)).to.deep.include({ name: 'ada' }).and.to.have.nested.property('refusal.code', 'access-expired');
  });

  it('ends at once when it is revoked, and stays revoked from the first time on', async () => {
    const { grant, token } = await access.grant({ name: 'ada', roles: ['viewer'] }, localOperator);
    const { revokedAtMs } = await access.revoke(grant.id, 'grace');
    expect((await access.identify(token))?.refusal).to.include({ code: 'access-revoked' });
    clock.aheadMs = dayMs;
    expect((await access.revoke(grant.id, 'grace')).revokedAtMs).to.equal(revokedAtMs);
    await expectError('access-not-found', access.revoke('0', 'grace'));
  });

  it('is given and taken away in the audit log, with who did it', async () => {
    const { grant } = await access.grant({ name: 'ada', roles: ['viewer', 'viewer', 'auditor'] }, localOperator);
    await access.revoke(grant.id, 'grace');
    await access.revoke(grant.id, 'grace');
    const events = await store.read.audit.list(0, 10);
    expect(events.map(({ actor, action, subject, detail }) => ({ actor, action, subject, detail }))).to.deep.equal([
      { actor: 'local operator', action: 'access granted', subject: 'ada', detail: { id: grant.id, roles: ['viewer', 'auditor'], expiresAtMs: grant.expiresAtMs } },
      { actor: 'grace', action: 'access revoked', subject: 'ada', detail: { id: grant.id } },
    ]);
  });

  it('cannot give a role that the giver does not have', async () => {
    const error = await expectError('role-missing', access.grant({ name: 'ada', roles: ['viewer', 'auditor', 'data-scientist'] }, { name: 'grace', roles: ['viewer', 'operator'] }));
    expect(error.detail).to.equal('grace cannot give a role that they do not have: auditor, data-scientist.');
    expect(await access.list()).to.deep.equal([]);
  });

  for (const name of ['', 'site mercy', 'local operator', 'coordinator', 'unknown', 'ada\n', '-ada', 'a'.repeat(64)]) {
    it(`is not given under the name ${JSON.stringify(name)}`, async () => {
      const error = await expectError('invalid-request', access.grant({ name, roles: ['viewer'] }, localOperator));
      expect(error.problems.map(({ path }) => path)).to.deep.equal(['name']);
    });
  }

  it('is not given for no time, for more than a year, or for nothing', async () => {
    for (const validityMs of [0, 366 * dayMs + 1]) await expectError('invalid-request', access.grant({ name: 'ada', roles: ['viewer'], validityMs }, localOperator));
    await expectError('invalid-request', access.grant({ name: 'ada', roles: [] }, localOperator));
  });

  it('remembers when it was last used, to the minute', async () => {
    const { token } = await access.grant({ name: 'ada', roles: ['viewer'] }, localOperator);
    const lastUsed = async () => (await access.list())[0]?.lastUsedAtMs ?? 0;
    expect(await lastUsed()).to.equal(0);
    await access.identify(token);
    const first = await lastUsed();
    expect(first).to.be.closeTo(clock.nowMs(), minuteMs);
    clock.aheadMs = minuteMs / 2;
    await access.identify(token);
    expect(await lastUsed()).to.equal(first);
    clock.aheadMs = 2 * minuteMs;
    await access.identify(token);
    expect(await lastUsed()).to.be.greaterThan(first);
  });
});
