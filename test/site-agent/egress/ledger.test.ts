import { appendFile, readdir, readFile, truncate, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import fc from 'fast-check';
import { createMetricsRegistry } from '../../../shared/operations/metrics-registry.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import type { LedgerReceipt } from '../../../shared/statements/ledger-receipt.ts';
import type { Departures } from '../../../site-agent/egress/departures.ts';
import { verifyLedger } from '../../../site-agent/egress/ledger-verification.ts';
import { expectError } from '../../support/expect-error.ts';
import { departuresOf, ledgerEntry, ledgerSite, type LedgerSite } from '../../support/ledger-site.ts';
import { dayMs, minuteMs, SetClock } from '../../support/set-clock.ts';
import { LogLines } from '../../support/log-lines.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const { signal } = new AbortController();

describe('the egress ledger', () => {
  let folder: TemporaryFolder;
  let site: LedgerSite;
  let metrics: ReturnType<typeof createMetricsRegistry>;
  let departures: Departures;
  beforeEach(async () => {
    folder = temporaryFolder();
    site = await ledgerSite(folder.path);
    metrics = createMetricsRegistry('site');
    departures = departuresOf(site, { metrics });
  });
  afterEach(async () => {
    await site.ledger[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const lines = async () => (await readFile(site.files.lines, 'utf8')).trimEnd().split('\n');
  const depart = (number: number) => departures.depart(ledgerEntry(number), async (head) => site.receiptFor(head), signal);
  const departMany = async (count: number) => {
    for (let number = 1; number <= count; number++) await depart(number);
  };
  const verify = () => verifyLedger(site.files, site.owner, { tornEnd: 'refuse' });
  const rewrite = async (change: (all: string[]) => string[]) => writeFile(site.files.lines, change(await lines()).map((line) => `${line}\n`).join(''));

  it('holds the line, whole and signed, when the first byte leaves', async () => {
    let seen = 0;
    await departures.depart(ledgerEntry(1), async (head) => {
      const [line, ...others] = await lines();
      expect(others).to.deep.equal([]);
      expect(JSON.parse(line!)).to.include({ ...head, what: 'contribution', study: 'small-study', repeats: 0, previous: '' });
      expect((await verify()).head).to.deep.equal(head);
      seen++;
      return site.receiptFor(head);
    }, signal);
    expect(seen).to.equal(1);
  });

  it('lets nothing out when the line cannot be written', async () => {
    await site.ledger[Symbol.asyncDispose]();
    let left = false;
    const failed = departures.depart(ledgerEntry(1), async (head) => {
      left = true;
      return site.receiptFor(head);
    }, signal);
    expect(await failed.catch(() => 'refused')).to.equal('refused');
    expect(left).to.equal(false);
    site = { ...site, ledger: await site.reopen() };
  });

  it('lets out one thing at a time, in the order of its lines', async () => {
    const order: string[] = [];
    const slow = (number: number) =>
      departures.depart(ledgerEntry(number), async (head) => {
        order.push(`start ${head.sequence}`);
        await new Promise(setImmediate);
        order.push(`end ${head.sequence}`);
        return site.receiptFor(head);
      }, signal);
    await Promise.all([slow(1), slow(2), slow(3)]);
    expect(order).to.deep.equal(['start 1', 'end 1', 'start 2', 'end 2', 'start 3', 'end 3']);
    expect([...(await verify()).countersigned.keys()]).to.deep.equal([1, 2, 3]);
  });

  it('has a line of its own for a repetition, which says what it repeats, also after a restart', async () => {
    await depart(1);
    await depart(2);
    await depart(1);
    await site.ledger[Symbol.asyncDispose]();
    site = { ...site, ledger: await site.reopen() };
    expect(await site.ledger.append(ledgerEntry(1))).to.include({ sequence: 4, repeats: 1 });
    expect((await lines()).map((line) => (JSON.parse(line) as { repeats: number }).repeats)).to.deep.equal([0, 0, 1, 1]);
  });

  it('goes on after a kill between the line and its bytes: the line stays, without a receipt', async () => {
    await depart(1);
    await departures.depart(ledgerEntry(2), () => Promise.reject(new ConsiliumError('coordinator-unreachable')), signal).catch(() => undefined);
    await site.ledger[Symbol.asyncDispose]();
    site = { ...site, ledger: await site.reopen() };
    departures = departuresOf(site);
    await depart(2);
    expect([...(await verify()).countersigned.keys()]).to.deep.equal([1, 3]);
    expect(JSON.parse((await lines())[2]!)).to.include({ sequence: 3, repeats: 2 });
  });

  it('knows what the coordinator has by its receipts alone, also after a restart', async () => {
    const received = () => [1, 2, 3].map((number) => site.ledger.wasReceived(ledgerEntry(number)));
    await depart(1);
    await departures.depart(ledgerEntry(2), () => Promise.reject(new ConsiliumError('coordinator-unreachable')), signal).catch(() => undefined);
    expect(received()).to.deep.equal([true, false, false]);
    await depart(3);
    expect(received()).to.deep.equal([true, false, true]);
    await site.ledger[Symbol.asyncDispose]();
    site = { ...site, ledger: await site.reopen() };
    expect(received()).to.deep.equal([true, false, true]);
  });

  it('counts what left twice once, and leaves out the round that is asked about', async () => {
    const startMs = Date.now();
    for (const number of [1, 1, 2]) await depart(number);
    expect(site.ledger.bytesSince(startMs)).to.equal(1001 + 1002);
    expect(site.ledger.bytesSince(startMs, { round: 'small-study-1.2', attempt: 1 })).to.equal(1001);
    expect(site.ledger.bytesSince(startMs, { round: 'small-study-1.2', attempt: 2 })).to.equal(1001 + 1002);
  });

  it('counts bytes by time, and shows lines, head and bytes of all transmissions as metrics', async () => {
    const startMs = Date.now();
    await depart(1);
    await depart(1);
    await departures.depart(ledgerEntry(3, { what: 'opened-sum' }), async (head) => site.receiptFor(head), signal);
    expect(site.ledger.bytesSince(startMs)).to.equal(1001 + 1003);
    expect(site.ledger.bytesSince(Date.now() + 60_000)).to.equal(0);
    const page = await metrics.metrics();
    expect(page).to.match(/^consilium_ledger_lines_total\S* 3$/m).and.to.match(/^consilium_ledger_head_sequence\S* 3$/m);
    expect(page).to.match(/^consilium_egress_bytes_total\{.*what="contribution".*\} 2002$/m).and.to.match(/^consilium_egress_bytes_total\{.*what="opened-sum".*\} 1003$/m);
  });

  describe('with a limit of bytes a day', () => {
    const clock = new SetClock();
    beforeEach(() => {
      clock.aheadMs = 0;
      departures = departuresOf(site, { clock, maximumBytesPerDay: async () => 2003 });
    });
    const openSum = (number: number, bytes: number) =>
      departures.depart({ ...ledgerEntry(number), what: 'opened-sum', parts: [{ ...ledgerEntry(number).parts[0]!, bytes }] }, async (head) => site.receiptFor(head), signal);

    it('lets no more out when several runs send at once', async () => {
      const sent = await Promise.allSettled([1, 2, 3, 4].map(depart));
      expect(sent.map(({ status }) => status)).to.deep.equal(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
      await expectError('policy-bytes', depart(3));
      expect(await lines()).to.have.length(2);
    });

    it('counts opened sums, and refuses them', async () => {
      await openSum(1, 1500);
      await expectError('policy-bytes', depart(1));
      await expectError('policy-bytes', openSum(2, 504));
      await openSum(2, 503);
      expect(await lines()).to.have.length(2);
    });

    it('lets the same bytes out again', async () => {
      for (const number of [1, 2, 1, 2]) await depart(number);
      expect(await lines()).to.have.length(4);
    });

    it('counts a sum that left whole as whole when its digest leaves alone after it', async () => {
      await openSum(1, 1500);
      await openSum(1, 0);
      await expectError('policy-bytes', depart(1));
    });

    it('lets as much out again a day later', async () => {
      await departMany(2);
      clock.aheadMs = dayMs + minuteMs;
      await depart(3);
    });
  });

  describe('of a killed agent', () => {
    it('whose last line is torn has it moved aside and told, and goes on under the same number', async () => {
      await departMany(2);
      await site.ledger[Symbol.asyncDispose]();
      await appendFile(site.files.lines, '{"sequence":3,"at":"20');
      const log = new LogLines();
      site = { ...site, ledger: await site.reopen(log) };
      const aside = (await readdir(folder.path)).filter((name) => name.includes('torn'));
      expect(await readFile(`${folder.path}/${aside.join()}`, 'utf8')).to.equal('{"sequence":3,"at":"20');
      expect(log.lines.map(({ fields }) => fields['file'])).to.deep.equal([`${folder.path}/${aside.join()}`]);
      expect(await site.ledger.append(ledgerEntry(3))).to.include({ sequence: 3 });
      expect((await verify()).head.sequence).to.equal(3);
    });

    it('whose last line lacks only its newline is the same, unless the coordinator has seen the line', async () => {
      await site.ledger.append(ledgerEntry(1));
      await site.ledger[Symbol.asyncDispose]();
      await truncate(site.files.lines, (await readFile(site.files.lines)).length - 1);
      site = { ...site, ledger: await site.reopen() };
      expect(site.ledger.head.sequence).to.equal(0);
      departures = departuresOf(site);
      await depart(1);
      await truncate(site.files.lines, (await readFile(site.files.lines)).length - 1);
      const error = await expectError('ledger-damaged', site.reopen());
      expect(error.message).to.contain('The end was cut off: the coordinator countersigned line 1, and the ledger ends with line 0.');
    });
  });

  const damages: [title: string, change: (all: string[]) => string[], message: string][] = [
    ['a changed line', (all) => all.with(1, all[1]!.replace('"bytes":1002', '"bytes":1')), 'Line 2 of the ledger was changed after it was written.'],
    ['a line that is no JSON', (all) => all.with(2, 'gone'), 'Line 3 of the ledger was changed: it is not a ledger line any more.'],
    ['a line with a space too many', (all) => all.with(2, all[2]!.replace(',', ', ')), 'Line 3 of the ledger was changed: it is not a ledger line any more.'],
    ['a removed line', (all) => all.toSpliced(1, 1), 'Line 2 of the ledger is number 3: line 2 was removed.'],
    ['removed first lines', (all) => all.slice(2), 'Line 1 of the ledger is number 3: lines 1 to 2 were removed.'],
    ['two lines in another order', (all) => [all[0]!, all[2]!, all[1]!, all[3]!], 'Line 2 of the ledger is number 3: lines were re-ordered.'],
    ['a repeated line', (all) => [all[0]!, all[0]!, ...all.slice(1)], 'Line 2 of the ledger is number 1: lines were re-ordered or repeated.'],
    ['a cut end', (all) => all.slice(0, 2), 'The end was cut off: the coordinator countersigned line 4, and the ledger ends with line 2.'],
    ['no line left', () => [], 'The end was cut off: the coordinator countersigned line 4, and the ledger ends with line 0.'],
  ];
  for (const [title, change, message] of damages) {
    it(`with ${title} is found, named, and not opened`, async () => {
      await departMany(4);
      await rewrite(change);
      expect((await expectError('ledger-damaged', verify())).message).to.contain(message);
      await expectError('ledger-damaged', site.reopen());
    });
  }

  it('written anew by somebody with another key is found', async () => {
    await departMany(2);
    using other = temporaryFolder();
    const forged = await ledgerSite(other.path);
    await forged.ledger.append(ledgerEntry(9));
    await forged.ledger[Symbol.asyncDispose]();
    await writeFile(site.files.receipts, '');
    await writeFile(site.files.lines, await readFile(forged.files.lines));
    expect((await expectError('ledger-damaged', verify())).message).to.contain('Line 1 of the ledger is not signed by this site.');
  });

  it('written anew by the site itself is found by the receipts of the coordinator', async () => {
    await departMany(2);
    await site.ledger[Symbol.asyncDispose]();
    await writeFile(site.files.lines, '');
    const receipts = await readFile(site.files.receipts);
    await writeFile(site.files.receipts, '');
    site = { ...site, ledger: await site.reopen() };
    for (const number of [7, 8]) await site.ledger.append(ledgerEntry(number));
    await writeFile(site.files.receipts, receipts);
    expect((await expectError('ledger-damaged', verify())).message).to.contain('Line 1 of the ledger is not the one that the coordinator countersigned');
  });

  it('with changed, repeated or foreign receipts is found', async () => {
    await departMany(3);
    const [first, second, third] = (await readFile(site.files.receipts, 'utf8')).trimEnd().split('\n') as [string, string, string];
    const messageWith = async (...receipts: string[]) => {
      await writeFile(site.files.receipts, receipts.map((line) => `${line}\n`).join(''));
      return (await expectError('ledger-damaged', verify())).message;
    };
    expect(await messageWith(first, second.replace('"auditSequence":0', '"auditSequence":7'), third)).to.contain('Line 2 of the receipts was changed, or is not the coordinator\'s');
    expect(await messageWith(first, third, second)).to.contain('Line 3 of the receipts is for ledger line 2 and comes after that for line 3');
    expect(await messageWith(first, 'nothing')).to.contain('Line 2 of the receipts was changed: it is not a receipt any more.');
  });

  it('does not hide any change of one byte, in its lines or its receipts', async () => {
    await departMany(3);
    for (const file of [site.files.lines, site.files.receipts]) {
      const written = await readFile(file);
      const edits = fc.record({ at: fc.nat(written.length - 1), byte: fc.nat(255) }).filter(({ at, byte }) => written[at] !== byte);
      await fc.assert(
        fc.asyncProperty(edits, async ({ at, byte }) => {
          const edited = Buffer.from(written);
          edited[at] = byte;
          await writeFile(file, edited);
          await expectError('ledger-damaged', verify());
        }),
        { numRuns: 300, examples: [[{ at: written.length - 1, byte: 0x20 }]] },
      );
      await writeFile(file, written);
    }
    await verify();
  }).timeout(60_000);

  describe('that the coordinator refuses', () => {
    const other = 'f'.repeat(64);
    const refuse = () => Promise.reject(new ConsiliumError('ledger-refusal-unproven'));

    const proofs = [['ledger-not-growing', 3], ['ledger-forked', 2]] as const;
    for (const [code, sequence] of proofs) {
      it(`with a receipt that shows ${code} is ended for good: nothing leaves, not after a restart either`, async () => {
        departures = departuresOf(site, { newestReceipt: async () => site.receiptFor({ sequence, hash: other }) });
        await depart(1);
        const refused = departures.depart(ledgerEntry(2), refuse, signal);
        const next = depart(3);
        await expectError(code, refused);
        await expectError(code, next);
        expect(await lines()).to.have.length(2);
        const { message } = await expectError(code, site.reopen());
        expect(message).to.contain(`It signed for a line ${sequence} with the hash ${other}.`);
      });
    }

    const claims: [title: string, shown: () => Promise<LedgerReceipt | undefined>][] = [
      ['without a receipt', async () => undefined],
      ['with a receipt that it did not sign', async () => ({ ...site.receiptFor({ sequence: 3, hash: other }), receivedAtMs: 0 })],
      ['with a receipt for what is here', async () => site.receiptFor(site.ledger.head)],
      ['with a receipt for no line', async () => site.receiptFor({ sequence: 0, hash: other })],
      ['with a second receipt for a line that it had countersigned', async () => site.receiptFor({ sequence: 1, hash: other })],
    ];
    for (const [title, newestReceipt] of claims) {
      it(`${title} goes on: a word alone ends nothing`, async () => {
        departures = departuresOf(site, { newestReceipt });
        await depart(1);
        await expectError('ledger-refusal-unproven', departures.depart(ledgerEntry(2), refuse, signal));
        await depart(3);
        await site.ledger[Symbol.asyncDispose]();
        site = { ...site, ledger: await site.reopen() };
      });
    }
  });

  it('takes no receipt for another line, or one that the coordinator did not sign', async () => {
    const wrong = departures.depart(ledgerEntry(1), async (head) => site.receiptFor({ ...head, sequence: 2 }), signal);
    await expectError('ledger-receipt-invalid', wrong);
    const unsigned = departures.depart(ledgerEntry(2), async (head) => ({ ...site.receiptFor(head), receivedAtMs: 0 }), signal);
    await expectError('ledger-receipt-invalid', unsigned);
    expect((await verify()).countersigned.size).to.equal(0);
  });
});
