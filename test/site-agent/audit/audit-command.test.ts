import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { SiteAudit, siteAuditFile } from '../../../site-agent/audit/site-audit.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { runCommand } from '../../support/command.ts';
import { patience } from '../../support/patience.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const refused = [
  { action: 'decryption refused', subject: 'heart-1.0', detail: { code: 'tag-mismatch', message: 'It is the update part.' } },
  { action: 'co-signature refused', subject: 'heart-1.10', detail: { code: 'manifest-refused', message: 'It names another base model.' } },
];

describe('consilium-site audit', () => {
  let parent: TemporaryFolder;
  let folder: string;
  before(async () => {
    parent = temporaryFolder();
    folder = join(parent.path, 'site');
    await using coordinator = await startTestCoordinator();
    await joinFederation(folder, await coordinator.invite('mercy'), { signal: patience() });
  });
  after(() => parent[Symbol.dispose]());

  const audit = (...args: string[]) => runCommand('consilium-site', ['audit', ...args]);

  it('says so when the site has refused nothing, and when the folder is no site\'s', async () => {
    expect(await audit(folder)).to.deep.equal({ exitCode: 0, stdout: 'This site has refused nothing.\n', stderr: '' });
    expect(JSON.parse((await audit(folder, '--json')).stdout)).to.deep.equal({ events: [] });
    const { exitCode, stderr } = await audit(parent.path, '--json');
    expect([exitCode, JSON.parse(stderr).code]).to.deep.equal([5, 'site-not-joined']);
  });

  describe('of a site that has refused something', () => {
    before(async () => {
      await using log = await SiteAudit.open(folder, { site: 'mercy', clock: { nowMs: () => Date.UTC(2026, 2, 1, 9, 30) }, log: silentLogger });
      for (const event of refused) await log.append(event);
    });

    it('lists what, about what, and why, as a table and as JSON', async () => {
      const { exitCode, stdout } = await audit(folder);
      expect(exitCode).to.equal(0);
      expect(stdout).to.equal(
        [
          'EVENT  TIME                  WHAT                  ABOUT       CODE              WHY',
          '    1  2026-03-01T09:30:00Z  decryption refused    heart-1.0   tag-mismatch      It is the update part.',
          '    2  2026-03-01T09:30:00Z  co-signature refused  heart-1.10  manifest-refused  It names another base model.',
          '',
        ].join('\n'),
      );
      const { events } = JSON.parse((await audit(folder, '--json')).stdout) as { events: object[] };
      expect(events.length).to.equal(refused.length);
      for (const [index, event] of refused.entries()) expect(events[index]).to.deep.include({ ...event, sequence: index + 1, atMs: Date.UTC(2026, 2, 1, 9, 30), actor: 'site mercy' });
    });

    it('lists nothing and ends with 6 when an event was changed, and names it', async () => {
      const file = siteAuditFile(folder);
      writeFileSync(file, readFileSync(file, 'utf8').replace('manifest-refused', 'digest-mismatch'));
      const { exitCode, stdout, stderr } = await audit(folder);
      expect([exitCode, stdout]).to.deep.equal([6, '']);
      expect(stderr).to.contain('Event 2 ("co-signature refused") was changed after it was written.').and.to.contain("in the site's folder");
    });
  });
});
