import { readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { PayloadCollection, total, type Stock } from '../../../coordinator/retention/payload-collection.ts';
import { PayloadFiles } from '../../../coordinator/store/payload-files.ts';
import { PayloadFolder } from '../../../coordinator/store/payload-folder.ts';
import { runCommand } from '../../support/command.ts';
import { expectError } from '../../support/expect-error.ts';
import { startFederation } from '../../support/federation.ts';
import { writeRunEvidence, type RunEvidence } from '../../support/run-evidence.ts';
import { happens } from '../../support/run-moments.ts';
import { dayMs, minuteMs, SetClock } from '../../support/set-clock.ts';
import { shortPlan, smallDataSet, smallTables } from '../../support/small-study.ts';
import { payloadFile } from '../../support/sum-witness.ts';

const keepContributionsMs = dayMs;

describe('old payloads', () => {
  let evidence: RunEvidence;
  let payloads: string;
  before(async () => {
    evidence = await writeRunEvidence();
    payloads = join(evidence.api.folder, 'payloads');
  });
  after(() => evidence?.[Symbol.asyncDispose]());

  const collectionAt = (aheadMs: number, inventory = new PayloadFolder(payloads)) =>
    new PayloadCollection({ store: evidence.api.store, inventory, keepContributionsMs, clock: new SetClock(aheadMs) });
  const counts = (amounts: Stock['stored']) => Object.fromEntries(Object.entries(amounts).map(([kind, { payloads: count }]) => [kind, count]));
  const audited = async () => (await evidence.api.store.read.audit.find({ action: 'payloads collected', after: 0, limit: 10 })).map(({ actor, detail }) => ({ actor, ...(JSON.parse(detail) as object) }));
  const none = { contribution: 0, aggregate: 0, 'opened-sum': 0, model: 0, unnamed: 0 };

  it('stay for a day after their round has ended', async () => {
    expect(counts((await collectionAt(dayMs - minuteMs).collect('test')).collectable)).to.deep.equal(none);
    expect(await audited()).to.deep.equal([]);
  });

  it('are shown by the command, which removes nothing when it is asked not to', async () => {
    writeFileSync(join(evidence.api.folder, 'storage.json'), JSON.stringify({ keepContributionsHours: 0 }));
    const { exitCode, stdout, stderr } = await runCommand('consilium-coordinator', ['collect', evidence.api.folder, '--dry-run', '--json']);
    expect(exitCode, stderr).to.equal(0);
    const { dryRun, stored, collected } = JSON.parse(stdout) as Stock & { dryRun: boolean; stored: Stock['stored']; collected: Stock['stored'] };
    expect(dryRun).to.equal(true);
    // 7 parts of 3 sites; initial weights, those of two rounds, and three states of the optimiser.
    expect(counts(stored)).to.deep.equal({ contribution: 21, aggregate: 7, 'opened-sum': 7, model: stored.model.payloads, unnamed: 0 });
    expect(counts(collected)).to.deep.equal({ ...none, contribution: 21, aggregate: 7 });
    expect(counts((await collectionAt(0).look()).stored)).to.deep.equal(counts(stored));
  });

  it('go all the same when the one who removes them is stopped half-way, and the audit log has the decision', async () => {
    class StoppedHalfWay extends PayloadFolder {
      #removed = 0;
      override remove(payload: Parameters<PayloadFolder['remove']>[0]): boolean {
        if (++this.#removed === 5) throw new Error('killed');
        return super.remove(payload);
      }
    }
    expect(await collectionAt(2 * dayMs, new StoppedHalfWay(payloads)).collect('test').catch((error: Error) => error.message)).to.equal('killed');
    expect(total((await collectionAt(2 * dayMs).collect('test')).collectable).payloads).to.equal(24);
    expect(counts((await collectionAt(2 * dayMs).look()).stored)).to.include({ contribution: 0, aggregate: 0, 'opened-sum': 7 });
    expect((await audited()).map((event) => ({ ...event, bytes: undefined, kinds: undefined }))).to.deep.equal([
      { actor: 'test', payloads: 28, bytes: undefined, kinds: undefined },
      { actor: 'test', payloads: 24, bytes: undefined, kinds: undefined },
    ]);
  });

  it('are not needed for evidence, which is written and verified anew', async () => {
    const again = await evidence.consilium('run', 'evidence', evidence.run, '--output', join(evidence.path, 'again'), '--json');
    expect(again.exitCode, again.stderr).to.equal(0);
    expect((await evidence.consilium('evidence', 'verify', join(evidence.path, 'again'))).exitCode).to.equal(0);
  });

  it('that nothing names go after a day, unless the same bytes were saved again; what is coming in is left alone', async () => {
    const files = await PayloadFiles.open(payloads);
    const digests = await Promise.all(['left over', 'saved again', 'young'].map(async (text) => (await files.save([Buffer.from(text)])).digest));
    const file = (index: number) => payloadFile({ coordinatorFolder: evidence.api.folder }, digests[index] as string);
    for (const index of [0, 1]) utimesSync(file(index), new Date(), new Date(Date.now() - 2 * dayMs));
    writeFileSync(join(payloads, 'incoming', 'half'), 'half');
    class SavedMeanwhile extends PayloadFolder {
      override remove(payload: Parameters<PayloadFolder['remove']>[0]): boolean {
        if (payload.digest === digests[1]) utimesSync(file(1), new Date(), new Date());
        return super.remove(payload);
      }
    }
    expect(counts((await collectionAt(0, new SavedMeanwhile(payloads)).collect('test')).collectable)).to.include({ unnamed: 2 });
    expect(counts((await collectionAt(0).look()).stored)).to.include({ unnamed: 2 });
    expect(readdirSync(join(payloads, 'incoming'))).to.deep.equal(['half']);
    for (const index of [1, 2]) await files.readAll(digests[index] as string);
  });

  it('stay while somebody else, such as a backup, holds them', async () => {
    using _held = new PayloadFolder(payloads).lock(0);
    await expectError('folder-locked', collectionAt(2 * dayMs).collect('test'));
  });
});

describe('a run under way', () => {
  it('loses nothing to a collection that keeps nothing longer than it has to', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    const inventory = new PayloadFolder(join(federation.coordinatorFolder, 'payloads'));
    const collection = new PayloadCollection({ store: federation.store, inventory, keepContributionsMs: 0, clock: new SetClock() });
    const { id } = await federation.start(shortPlan());
    for (const moment of ['contribution-accepted', 'round-closing', 'round-agreed', 'round-verified', 'contribution-accepted']) {
      await happens(federation, moment);
      await collection.collect('test');
    }
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    await collection.collect('test');
    const { stored } = await collection.look();
    expect([stored.contribution.payloads, stored['opened-sum'].payloads]).to.deep.equal([0, 5]);
  });
});
