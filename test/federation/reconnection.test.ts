import { join } from 'node:path';
import { expect } from 'chai';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { joinSite, startAgentIn, startFederation, type Federation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { smallDataSet, smallTable } from '../support/small-study.ts';

const count = 30;

describe('thirty agents that lose their coordinator', () => {
  const stack = new AsyncDisposableStack();
  const log = new LogLines();
  let federation: Federation;
  let relay: Relay;

  before(async () => {
    federation = stack.use(await startFederation({ dataSet: smallDataSet, tables: {}, log }));
    const { store, coordinator, coordinatorFolder, path } = federation;
    const folder = await openCoordinatorFolder(coordinatorFolder);
    relay = stack.use(await startRelay({ host: '127.0.0.1', port: coordinator.sitePort }));
    const others = stack.use(new AsyncDisposableStack());
    for (let agent = 0; agent < count; agent++) {
      const site = `site-${agent}`;
      const siteFolder = join(path, site);
      await joinSite({ folder, store, port: coordinator.sitePort, site, siteFolder, dataSet: smallDataSet, table: smallTable(site) });
      others.use(await startAgentIn(siteFolder, { coordinator: `127.0.0.1:${relay.address.port}` }));
    }
    await watching(count);
  });
  after(() => stack.disposeAsync());

  /** Waits until the coordinator has let agents in this often, all together. */
  function watching(times: number): Promise<unknown> {
    let seen = 0;
    return log.find(({ message }) => message === 'A site is at work.' && ++seen === times);
  }
  const entries = () => log.lines.filter(({ message }) => message === 'A site is at work.').length;

  it('come back by one connection each: none asks a second time why it lost the first', async () => {
    expect(relay.connections).to.equal(count);
    relay.cut();
    await watching(2 * count);
    expect([relay.connections, entries()]).to.deep.equal([2 * count, 2 * count]);
  });

  it('are all back after it was restarted, each once', async () => {
    await federation.restartCoordinator();
    await watching(3 * count);
    expect(entries()).to.equal(3 * count);
  });
});
