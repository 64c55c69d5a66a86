import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { SiteAudit, siteAuditEvents, siteAuditFile } from '../../../site-agent/audit/site-audit.ts';
import { expectError } from '../../support/expect-error.ts';
import { SetClock } from '../../support/set-clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe("a site's audit log", () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = temporaryFolder()));
  afterEach(() => folder[Symbol.dispose]());

  const open = () => SiteAudit.open(folder.path, { site: 'mercy', clock: new SetClock(), log: silentLogger });
  const refused = (subject: string) => ({ action: 'decryption refused', subject, detail: { code: 'tag-mismatch', message: 'Why.' } });
  const events = () => Array.fromAsync(siteAuditEvents(siteAuditFile(folder.path)));

  it('holds each event on disk, bound to the one before, also across restarts', async () => {
    await using first = await open();
    await Promise.all([first.append(refused('run-1.0')), first.append(refused('run-1.1'))]);
    await first[Symbol.asyncDispose]();
    await using second = await open();
    await second.append(refused('run-1.2'));
    const all = await events();
    expect(all.map(({ sequence, subject, actor }) => [sequence, subject, actor])).to.deep.equal([[1, 'run-1.0', 'site mercy'], [2, 'run-1.1', 'site mercy'], [3, 'run-1.2', 'site mercy']]);
    expect(all.map(({ previousHash }) => previousHash)).to.deep.equal(['', all[0]!.hash, all[1]!.hash]);
  });

  const lines = () => readFileSync(siteAuditFile(folder.path), 'utf8').split('\n');
  for (const [title, change] of [
    ['was changed', (text: string[]) => text.map((line) => line.replace('tag-mismatch', 'epoch-closed'))],
    ['was removed', (text: string[]) => text.slice(1)],
    ['changed its place', (text: string[]) => [text[1]!, text[0]!, ...text.slice(2)]],
    ['is no event', (text: string[]) => ['{}', ...text.slice(1)]],
  ] as const) {
    it(`in which an event ${title} is damaged, and the agent does not start on it`, async () => {
      await using audit = await open();
      await audit.append(refused('run-1.0'));
      await audit.append(refused('run-1.1'));
      writeFileSync(siteAuditFile(folder.path), change(lines()).join('\n'));
      await expectError('audit-log-damaged', events());
      await expectError('audit-log-damaged', open());
    });
  }
});
