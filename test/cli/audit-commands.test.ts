import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { expect } from 'chai';
import { auditEventHash, type ChainedAuditEvent } from '../../shared/statements/audit-event.ts';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';

describe('consilium audit', () => {
  let api: ApiCoordinator;
  let folder: TemporaryFolder;
  let savedHead: string;
  before(async () => {
    folder = temporaryFolder();
    api = await startApiCoordinator();
    await api.enrol('mercy', 'north', 'south');
    savedHead = join(folder.path, 'head.json');
  });
  after(async () => {
    folder[Symbol.dispose]();
    await api[Symbol.asyncDispose]();
  });

  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });

  describe('show', () => {
    it('is a table with the newest event last', async () => {
      const { exitCode, stdout, stderr } = await consilium('audit', 'show', '--limit', '3');
      expect(exitCode, stderr).to.equal(0);
      const lines = stdout.trimEnd().split('\n');
      expect(lines).to.have.length(4);
      expect(lines[0]).to.match(/^EVENT {2}TIME +ACTOR +ACTION +SUBJECT +DETAIL$/);
      expect(lines[3]).to.match(/^ +7 {2}\d{4}-\d\d-\d\dT\S+Z {2}site south +site enrolled +south +\{"certificateFingerprint"/);
    });

    it('is one line of JSON for each event with --json', async () => {
      const { stdout } = await consilium('audit', 'show', '--action', 'site invited', '--since', '2020-01-01', '--json');
      const events = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as ChainedAuditEvent);
      expect(events.map(({ subject }) => subject)).to.deep.equal(['mercy', 'north', 'south']);
      for (const { hash, ...event } of events) expect(auditEventHash(event)).to.equal(hash);
      expect((await consilium('audit', 'show', '--actor', 'site north', '--subject', 'north', '--json')).stdout.trim().split('\n')).to.have.length(1);
    });

    it('takes no time that could mean another one elsewhere', async () => {
      for (const time of ['2026-03-01T09:30:00', 'yesterday', '2026-13-01']) expect((await consilium('audit', 'show', '--since', time)).exitCode, time).to.equal(2);
      expect((await consilium('audit', 'show', '--limit', '0')).exitCode).to.equal(2);
    });

    it('with --follow goes on with what is written meanwhile', async () => {
      const child = spawn(process.execPath, [join(import.meta.dirname, '../../bin/consilium.ts'), 'audit', 'show', '--limit', '1', '--follow', '--json'], {
        env: { ...process.env, CONSILIUM_CONNECTION: api.connectionFile },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      expect(JSON.parse((await lines.next()).value!)).to.include({ action: 'site enrolled', subject: 'south' });
      await consilium('site', 'invite', 'west', '--json');
      expect(JSON.parse((await lines.next()).value!)).to.include({ action: 'site invited', subject: 'west' });
      child.kill('SIGINT');
      await once(child, 'exit');
    });
  });

  describe('verify', () => {
    it('of an undisturbed log says how many events there are, and saves the head', async () => {
      const { exitCode, stdout, stderr } = await consilium('audit', 'verify', '--save-head', savedHead);
      expect(exitCode, stderr).to.equal(0);
      expect(stdout).to.match(/^8 events, each bound to the one before; the coordinator's key [0-9a-f]{64} signs the last one\.$/m);
      expect(JSON.parse(readFileSync(savedHead, 'utf8'))).to.include({ sequence: 8 });
    });

    it('with a head from earlier shows that the log of then is the beginning of the log of now', async () => {
      await consilium('site', 'invite', 'east');
      const { exitCode, stdout } = await consilium('audit', 'verify', '--head', savedHead);
      expect(exitCode).to.equal(0);
      expect(stdout).to.match(/^The first 8 are the ones of 20\d\d-/m);
      expect(JSON.parse((await consilium('audit', 'verify', '--head', savedHead, '--json')).stdout)).to.deep.include({ events: 9, earlierEvents: 8 });
    });

    /** Whoever has the file can drop the triggers that keep it append-only. */
    function tamper(change: (database: DatabaseSync) => void): Disposable {
      const database = new DatabaseSync(join(api.folder, 'coordinator.sqlite'), { timeout: 5000 });
      database.exec('drop trigger if exists audit_event_no_update; drop trigger if exists audit_event_no_delete; create table kept as select * from audit_event');
      change(database);
      return {
        [Symbol.dispose]: () => {
          database.exec('delete from audit_event; insert into audit_event select * from kept; drop table kept');
          database.close();
        },
      };
    }

    /** Changes one event and gives it and all that follow new hashes, as a careful forger would. */
    function rewrite(database: DatabaseSync, from: number, change: object): void {
      const rows = database.prepare('select sequence, at_ms as atMs, actor, action, subject, detail, previous_hash as previousHash, hash from audit_event order by sequence').all() as unknown as ChainedAuditEvent[];
      database.exec(`delete from audit_event where sequence >= ${from}`);
      let previousHash = rows[from - 2]?.hash ?? '';
      for (const row of rows.slice(from - 1)) {
        const { hash: _hash, ...event } = { ...row, ...(row.sequence === from && change), previousHash };
        previousHash = auditEventHash(event);
        const { sequence, atMs, actor, action, subject, detail } = event;
        database.prepare('insert into audit_event (sequence, at_ms, actor, action, subject, detail, previous_hash, hash) values (?, ?, ?, ?, ?, ?, ?, ?)').run(sequence, atMs, actor, action, subject, detail, event.previousHash, previousHash);
      }
    }

    const attacks: [what: string, names: string, change: (database: DatabaseSync) => void][] = [
      ['a changed detail', 'Event 5 ("site enrolled") was changed', (database) => database.exec(`update audit_event set detail = replace(detail, 'signingKey', 'signingkey') where sequence = 5`)],
      ['a changed actor', 'Event 2 ("site invited") was changed', (database) => database.exec(`update audit_event set actor = 'site mercy' where sequence = 2`)],
      ['a changed time', 'Event 3 ("site enrolled") was changed', (database) => database.exec('update audit_event set at_ms = at_ms + 1 where sequence = 3')],
      ['a text where a number was', 'Event 2 does not have the form', (database) => database.exec(`update audit_event set at_ms = 'never' where sequence = 2`)],
      ['a removed event', 'Event 3 is missing', (database) => database.exec('delete from audit_event where sequence = 3')],
      ['a removed beginning', 'Event 1 is missing', (database) => database.exec('delete from audit_event where sequence < 5')],
      ['two events in another order', 'Event 2 was made after another event', (database) => database.exec('update audit_event set sequence = -2 where sequence = 2; update audit_event set sequence = 2 where sequence = 3; update audit_event set sequence = 3 where sequence = -2')],
      ['a changed last event', 'Event 9 ("site invited") was changed', (database) => database.exec(`update audit_event set subject = 'mercy' where sequence = 9`)],
      ['a hash that is none', 'Event 9 does not have the form', (database) => database.exec(`update audit_event set hash = 'none' where sequence = 9`)],
    ];
    for (const [what, names, change] of attacks) {
      it(`finds ${what} and names the first event that is wrong`, async () => {
        using _tampered = tamper(change);
        const { exitCode, stderr } = await consilium('audit', 'verify', '--json');
        expect(exitCode, stderr).to.equal(6);
        const error = JSON.parse(stderr.trim().split('\n').at(-1)!);
        expect(error.code).to.equal('audit-log-damaged');
        expect(error.message).to.contain(names);
      });
    }

    const histories: [what: string, names: string, change: (database: DatabaseSync) => void][] = [
      ['a history that was written anew with all its hashes', 'The history up to event 8 was written anew', (database) => rewrite(database, 2, { detail: '{}' })],
      ['an end that was cut off', 'Event 6 is missing: the log ends before it', (database) => database.exec('delete from audit_event where sequence > 5')],
      ['an end that was cut off and filled up again', 'The history up to event 8 was written anew', (database) => rewrite(database, 8, { subject: 'somewhere' })],
    ];
    for (const [what, names, change] of histories) {
      it(`finds ${what} by a head from earlier, and by that alone`, async () => {
        using _tampered = tamper(change);
        expect((await consilium('audit', 'verify')).exitCode).to.equal(0);
        const { exitCode, stderr } = await consilium('audit', 'verify', '--head', savedHead, '--save-head', join(folder.path, 'not-written.json'));
        expect(exitCode).to.equal(6);
        expect(stderr).to.contain(names);
        expect(() => readFileSync(join(folder.path, 'not-written.json'))).to.throw('ENOENT');
      });
    }

    for (const [what, change, names] of [
      ['of which an event was taken off', { sequence: 6 }, 'its signature does not verify'],
      ['that was made one of another federation', { federation: '2b1e4f80-6a0f-4c58-9a5c-7a3d4c1f2e10' }, 'its signature does not verify'],
    ] as const) {
      it(`refuses a head ${what}`, async () => {
        const file = join(folder.path, 'altered.json');
        writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(savedHead, 'utf8')), ...change }));
        const { exitCode, stderr } = await consilium('audit', 'verify', '--head', file);
        expect(exitCode).to.equal(6);
        expect(stderr).to.contain(names);
      });
    }

    it("refuses the head of another coordinator, however well it is signed", async () => {
      await using other = await startApiCoordinator();
      const { exitCode, stderr } = await runCommand('consilium', ['audit', 'verify', '--head', savedHead], { CONSILIUM_CONNECTION: other.connectionFile });
      expect([exitCode, stderr.includes('it is of another federation')]).to.deep.equal([6, true]);
    });

    it('takes nothing for a head that is none', async () => {
      const file = join(folder.path, 'none.json');
      writeFileSync(file, '{"sequence": 1}');
      expect((await consilium('audit', 'verify', '--head', file)).exitCode).to.equal(2);
    });
  });
});
