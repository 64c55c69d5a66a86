import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerReceipt } from '../../shared/statements/ledger-receipt.ts';
import { signStatement } from '../../shared/statements/signature.ts';
import { services } from '../../shared/wire/services.ts';
import { exportLedger } from '../../site-agent/egress/ledger-export.ts';
import { ledgerFolderOf, ledgerOwnerOf } from '../../site-agent/egress/ledger-files.ts';
import type { LedgerLine } from '../../site-agent/egress/ledger-line.ts';
import { verifyLedger } from '../../site-agent/egress/ledger-verification.ts';
import { Ledger } from '../../site-agent/egress/ledger.ts';
import { joinFederation } from '../../site-agent/identity/join.ts';
import { runCommand } from '../support/command.ts';
import { departuresOf, ledgerEntry, ledgerSite, type LedgerSite } from '../support/ledger-site.ts';
import { temporaryFolder, type TemporaryFolder } from '../support/temporary-folder.ts';
import { startTestCoordinator } from '../support/test-coordinator.ts';

const { signal } = new AbortController();
const verify = (...args: string[]) => runCommand('consilium-site', ['ledger', 'verify', ...args]);

describe('the verification of an export', () => {
  let folder: TemporaryFolder;
  let site: LedgerSite;
  let genuine: string;
  before(async () => {
    folder = temporaryFolder();
    [site, genuine] = await exported('genuine');
  });
  after(async () => {
    await site.ledger[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Of a site called mercy, with keys of its own. */
  async function exported(name: string): Promise<[LedgerSite, string]> {
    const of = await ledgerSite(join(folder.path, name));
    await departuresOf(of).depart(ledgerEntry(1), async (head) => of.receiptFor(head), signal);
    const lines: LedgerLine[] = [];
    await verifyLedger(of.files, of.owner, { onLine: (line) => lines.push(line), tornEnd: 'refuse' });
    const target = join(folder.path, `${name}-export`);
    await exportLedger(target, of.files, of.owner, lines.map((line) => ({ line, countersigned: true })));
    return [of, target];
  }
  const siteKey = () => keyFingerprint(site.owner.signingKey);
  const coordinatorKey = () => keyFingerprint(site.owner.coordinatorSigningKey);

  it('shows both keys, and says that they come out of the export', async () => {
    const { exitCode, stdout, stderr } = await verify(genuine);
    expect(exitCode, stderr).to.equal(0);
    for (const { words, hex } of [siteKey(), coordinatorKey()]) expect(stdout).to.contain(`  words  ${words}\n  hex    ${hex}\n`);
    expect(stdout).to.contain('The keys come out of the export itself');
  });

  it('compares the keys with fingerprints that are given, as words or hex', async () => {
    const { stdout } = await verify(genuine, '--site-key', siteKey().words, '--coordinator-key', coordinatorKey().hex);
    expect(stdout).not.to.contain('The keys come out of the export itself');
    const { keys } = JSON.parse((await verify(genuine, '--site-key', siteKey().hex, '--json')).stdout) as { keys: object };
    expect(keys).to.deep.equal({ site: { ...siteKey(), compared: true }, coordinator: { ...coordinatorKey(), compared: false } });
    expect((await verify(genuine, '--site-key', 'mercy')).exitCode).to.equal(2);
  });

  it('finds one that was signed anew under other keys, by either key', async () => {
    const [forger, forged] = await exported('forged');
    await forger.ledger[Symbol.asyncDispose]();
    expect((await verify(forged)).exitCode, 'it is right in itself').to.equal(0);
    for (const given of [['--site-key', siteKey().words], ['--coordinator-key', coordinatorKey().words]]) {
      const { exitCode, stderr } = await verify(forged, ...given);
      expect([exitCode, stderr.includes('signed with another key')], given[0]).to.deep.equal([6, true]);
    }
  });
});

describe('the verification of a site\'s ledger with its coordinator', () => {
  it('does not pass when the coordinator knows less than it had signed', async () => {
    using parent = temporaryFolder();
    let answer: LedgerReceipt | undefined;
    await using coordinator = await startTestCoordinator({
      services: (adapter) => [{
        definition: services.ledgers,
        handlers: {
          Head: adapter.unary(() => {
            if (!answer) throw new ConsiliumError('not-found');
            return { ...answer, signature: Buffer.from(answer.signature) };
          }),
        },
      }],
    });
    const folder = join(parent.path, 'site');
    const site = await joinFederation(folder, await coordinator.invite('mercy'), { signal });
    expect((await verify(folder, '--online')).stdout, 'before anything was sent').to.contain('All 0 lines are right');

    const owner = ledgerOwnerOf(site);
    const receipts: LedgerReceipt[] = [];
    await using ledger = await Ledger.open({ folder: ledgerFolderOf(folder), owner, signingKey: site.signingKey, clock: systemClock, log: silentLogger });
    for (const number of [1, 2]) {
      await departuresOf({ ledger }).depart(ledgerEntry(number, { federation: owner.federation }), async (head) => {
        const unsigned = { ...head, receivedAtMs: systemClock.nowMs(), auditSequence: 0, auditHash: '' };
        const signature = signStatement(coordinator.folder.signingKey, ledgerReceiptDomain, ledgerReceiptFields(owner.federation, owner.site, unsigned));
        receipts.push({ ...unsigned, signature });
        return receipts.at(-1)!;
      }, signal);
    }
    const told = async (receipt: LedgerReceipt | undefined) => {
      answer = receipt;
      const { exitCode, stdout, stderr } = await verify(folder, '--online');
      return { exitCode, text: `${stdout}${stderr}` };
    };
    const [first, second] = receipts;
    const right = await told(second);
    expect(right.exitCode, right.text).to.equal(0);
    for (const [receipt, says] of [[undefined, 'says that nothing has come from this site'], [first, 'is for line 1']] as const) {
      const { exitCode, text } = await told(receipt);
      expect(exitCode, text).to.equal(6);
      expect(text).to.contain(says).and.to.contain('its receipt for line 2 is here').and.not.to.contain('are right');
    }
  });
});
