import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import type { AuditEvent, AuditQuery } from '../../../coordinator/audit/audit-log.ts';
import type { Site } from '../../../coordinator/sites/site.ts';
import { Store } from '../../../coordinator/store/store.ts';
import { emptyAuditHead, followedBy } from '../../../shared/statements/audit-event.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';

const event: AuditEvent = { atMs: 1, actor: 'operator', action: 'site invited', subject: 'mercy', detail: { expiresAtMs: 2, nestedName: { innerName: 'x' } } };

function siteNamed(name: string): Site {
  return {
    name,
    certificateFingerprint: name.padEnd(64, '0'),
    certificateExpiresAtMs: 2_000_000_000_000,
    signingKey: new Uint8Array(32).fill(1),
    agreementKey: new Uint8Array(32).fill(2),
    enrolledAtMs: 1_900_000_000_000,
    renewal: null,
  revokedAtMs: null,
  };
}

describe('store', () => {
  it('gives back what was written', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    await store.transaction(async ({ sites, audit }) => {
      await sites.save(siteNamed('mercy'));
      await audit.append(event);
    });
    expect(await store.read.sites.find('mercy')).to.deep.equal(siteNamed('mercy'));
    expect(await store.read.sites.findByFingerprint(siteNamed('mercy').certificateFingerprint)).to.deep.equal(siteNamed('mercy'));
    expect(await store.read.audit.list(0, 10)).to.deep.equal([{ ...event, sequence: 1 }]);
  });

  it('shows what was read before as it is after every commit, its own and those of others', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    await using other = await Store.open(join(folder.path, 'state.sqlite'));
    const names = async () => (await store.read.sites.list()).map(({ name }) => name);
    expect(await names()).to.deep.equal([]);
    await store.transaction(({ sites }) => sites.save(siteNamed('mercy')));
    expect(await names()).to.deep.equal(['mercy']);
    await other.transaction(({ sites }) => sites.save(siteNamed('north')));
    await setImmediate(); // as any word of it from another process would take
    expect(await names()).to.deep.equal(['mercy', 'north']);
  });

  it('reads again only what a commit may have changed', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    await store.transaction(({ sites }) => sites.save(siteNamed('mercy')));
    const read = async () => [await store.read.sites.list(), await store.read.runs.active(), await store.read.rosters.undecided('mercy')] as const;
    const before = await read();
    await store.transaction(({ audit }) => audit.append(event));
    const unchanged = await read();
    expect(before.map((list, index) => list === unchanged[index])).to.deep.equal([true, true, true]);
    await store.transaction(async ({ sites }) => {
      await sites.save({ ...siteNamed('mercy'), revokedAtMs: 1 });
      expect(await store.read.sites.find('mercy'), 'nothing before it is committed').to.deep.equal(siteNamed('mercy'));
    });
    const [sites, ...others] = await read();
    expect(sites.map(({ revokedAtMs }) => revokedAtMs)).to.deep.equal([1]);
    expect((await store.read.sites.find('mercy'))?.revokedAtMs).to.equal(1);
    expect(others.map((list, index) => list === before[index + 1])).to.deep.equal([true, true]);
  });

  it('writes a change together with its audit event, or neither', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    const failing = store.transaction(async ({ sites, audit }) => {
      await sites.save(siteNamed('mercy'));
      await audit.append(event);
      throw new Error('after both');
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('after both');
    expect(await store.read.sites.list()).to.deep.equal([]);
    expect(await store.read.audit.list(0, 10)).to.deep.equal([]);
  });

  it('runs transactions one after the other, and shows others only what is committed', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    const seen: string[] = [];
    const adding = (name: string) =>
      store.transaction(async ({ sites }) => {
        const before = await sites.list();
        await sites.save(siteNamed(name));
        expect(await store.read.sites.list()).to.have.length(before.length);
        seen.push(`${name} after ${before.length}`);
      });
    await Promise.all([adding('a'), adding('b'), adding('c')]);
    expect(seen).to.deep.equal(['a after 0', 'b after 1', 'c after 2']);
  });

  it('refuses a transaction inside a transaction instead of waiting for itself', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    const nested = store.transaction(async () => store.transaction(async () => undefined));
    expect(await nested.catch((error: Error) => error.message)).to.contain('inside a transaction');
    await store.transaction(async ({ audit }) => audit.append(event)); // and goes on
  });

  it('lets nobody write between what a transaction reads and what it writes', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'state.sqlite');
    await using store = await Store.open(file);
    const other = new DatabaseSync(file, { timeout: 0 });
    await store.transaction(async ({ sites, audit }) => {
      await sites.list();
      expect(() => other.exec('update site set revoked_at_ms = 1')).to.throw('locked');
      await audit.append(event);
    });
    other.close();
    expect(await store.read.audit.list(0, 10)).to.have.length(1);
  });

  it('keeps the audit log append-only, also for whoever has the file', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'state.sqlite');
    await using store = await Store.open(file);
    await store.transaction(({ audit }) => audit.append(event));
    const database = new DatabaseSync(file);
    expect(() => database.exec(`update audit_event set actor = 'nobody'`)).to.throw('append-only');
    expect(() => database.exec('delete from audit_event')).to.throw('append-only');
    const fork = "insert into audit_event select 2, at_ms, actor, action, subject, detail, previous_hash, 'another' from audit_event";
    expect(() => database.exec(fork), 'a second event after the same one').to.throw('UNIQUE');
    database.close();
  });

  it('chains every audit event to the one before, by the text that is stored', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    expect(await store.read.audit.head()).to.deep.equal(emptyAuditHead);
    await store.transaction(async ({ audit }) => {
      await audit.append(event);
      await audit.append({ ...event, subject: 'lone \ud800 surrogate, nul \0', detail: { text: '\ud800', number: 1e21 } });
    });
    await store.transaction(async ({ audit }) => {
      await audit.append(event);
      throw new Error('undone');
    }).catch(() => undefined);
    await store.transaction(({ audit }) => audit.append(event));
    const events = await store.read.audit.find({ after: 0, limit: 10 });
    expect(events.map(({ sequence }) => sequence)).to.deep.equal([1, 2, 3]);
    expect(events.reduce(followedBy, emptyAuditHead)).to.deep.equal(await store.read.audit.head());
  });

  it('finds events by time, actor, action and subject, and without a beginning the newest', async () => {
    using folder = temporaryFolder();
    await using store = await Store.open(join(folder.path, 'state.sqlite'));
    const subjects = ['heart-1', 'heart-1.0', 'heart-1.1', 'heart-10', 'heart_1.0'];
    await store.transaction(async ({ audit }) => {
      for (const [index, subject] of subjects.entries()) await audit.append({ atMs: index, actor: index % 2 ? 'operator' : 'coordinator', action: `step ${index}`, subject, detail: {} });
    });
    const find = async (query: Omit<AuditQuery, 'limit'>, limit = 10) => (await store.read.audit.find({ ...query, limit })).map(({ sequence }) => sequence);
    expect(await find({ subject: 'heart-1' })).to.deep.equal([1, 2, 3]);
    expect(await find({ actor: 'operator' })).to.deep.equal([2, 4]);
    expect(await find({ action: 'step 3', sinceMs: 3 })).to.deep.equal([4]);
    expect(await find({ action: 'step 3', sinceMs: 4 })).to.deep.equal([]);
    expect(await find({}, 2)).to.deep.equal([4, 5]);
    expect(await find({ after: 1 }, 2)).to.deep.equal([2, 3]);
  });

  it('keeps one unbroken chain while two processes write to it', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'state.sqlite');
    await using store = await Store.open(file);
    const [batches, batchSize] = [15, 10];
    const source = `
      import { Store } from '${new URL('../../../coordinator/store/store.ts', import.meta.url)}';
      await using store = await Store.open(${JSON.stringify(file)});
      process.stdout.write('ready');
      for await (const _go of process.stdin) {
        for (let count = 0; count < ${batchSize}; count++) await store.transaction(({ audit }) => audit.append({ ...${JSON.stringify(event)}, actor: 'process ' + process.argv[1] }));
        process.stdout.write('written');
      }`;
    const children = ['one', 'two'].map((name) => spawn(process.execPath, ['--input-type=module', '--eval', source, name], { stdio: ['pipe', 'pipe', 'inherit'] }));
    const exits = children.map((child) => once(child, 'exit'));
    const told = () => Promise.all(children.map((child) => once(child.stdout, 'data')));
    await told();
    for (let batch = 0; batch < batches; batch++) {
      const written = told();
      for (const child of children) child.stdin.write('go');
      for (let count = 0; count < batchSize; count++) await store.transaction(({ audit }) => audit.append(event));
      await written;
    }
    for (const child of children) child.stdin.end();
    expect((await Promise.all(exits)).map(([code]) => code as number)).to.deep.equal([0, 0]);

    const events = await store.read.audit.find({ after: 0, limit: 10_000 });
    expect(events).to.have.length(3 * batches * batchSize);
    expect(events.reduce(followedBy, emptyAuditHead)).to.deep.equal(await store.read.audit.head());
    const turns = events.filter(({ actor }, index) => actor !== events[index - 1]?.actor);
    expect(turns.length, 'the processes took turns').to.be.at.least(batches);
  });

  it('has what was committed after its process was killed, and nothing of the open transaction', async () => {
    using folder = temporaryFolder();
    const file = join(folder.path, 'state.sqlite');
    const source = `
      import { Store } from '${new URL('../../../coordinator/store/store.ts', import.meta.url)}';
      const store = await Store.open(${JSON.stringify(file)});
      const event = ${JSON.stringify(event)};
      await store.transaction(({ audit }) => audit.append({ ...event, subject: 'committed' }));
      await store.transaction(async ({ audit }) => {
        await audit.append({ ...event, subject: 'open' });
        process.stdout.write('ready');
        await new Promise(() => setInterval(() => undefined, 1000));
      });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using store = await Store.open(file);
    expect((await store.read.audit.list(0, 10)).map(({ subject }) => subject)).to.deep.equal(['committed']);
  });
});
