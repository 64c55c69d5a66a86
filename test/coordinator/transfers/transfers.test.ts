import { expect } from 'chai';
import { Transfers } from '../../../coordinator/transfers/transfers.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

describe('bytes that go to sites', () => {
  let open: OpenRound;
  let transfers: Transfers;
  let run: string;
  const metered: number[] = [];
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    run = (await open.round()).run;
    transfers = new Transfers(open.store, (_direction, _site, bytes) => metered.push(bytes));
    metered.length = 0;
  });
  afterEach(() => open[Symbol.asyncDispose]());

  const written = async () => (await open.round()).bytesDown;
  const download = async (site: string, bytes: number) => {
    for await (const _chunk of transfers.down(site, run, chunks(bytes)));
  };

  it('are written together after the downloads, which do not wait for that', async () => {
    await Promise.all([download('mercy', 1000), download('north', 2500)]);
    expect([await written(), metered.reduce((sum, bytes) => sum + bytes, 0)]).to.deep.equal([0, 3500]);
    await transfers.write();
    expect(await written()).to.equal(3500);
  });

  it('count as far as they were taken when the site goes away', async () => {
    const interrupted = transfers.down('mercy', run, chunks(5000));
    await interrupted.next();
    await interrupted.next();
    await interrupted.return(undefined);
    await transfers.write();
    expect(await written()).to.equal(1000);
  });

  it('are written when the coordinator ends', async () => {
    await download('mercy', 700);
    await transfers[Symbol.asyncDispose]();
    expect(await written()).to.equal(700);
  });

  it('count for the newest round of the run, by number and not by name', async () => {
    const round = await open.round();
    for (const number of [10, 2]) await open.store.transaction(({ rounds }) => rounds.insert({ ...round, id: `${run}.${number}`, number }));
    expect((await open.store.read.rounds.newest(run))?.number).to.equal(10);
    await download('mercy', 300);
    await transfers.write();
    expect((await open.store.read.rounds.find(`${run}.10`))?.bytesDown).to.equal(300);
  });
});

async function* chunks(bytes: number): AsyncGenerator<Uint8Array> {
  for (let left = bytes; left > 0; left -= 1000) yield new Uint8Array(Math.min(1000, left));
}
