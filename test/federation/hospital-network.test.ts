import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startConnectProxy } from '../support/connect-proxy.ts';
import { startFederation } from '../support/federation.ts';
import { startRelay } from '../support/relay.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';

const oneRound = shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });

describe('hospital networks', () => {
  it('a whole run takes one outbound connection, directly or through a proxy, and a connection that was dropped in silence is noticed and made anew', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    const target = { host: '127.0.0.1', port: federation.coordinator.sitePort };
    await using relay = await startRelay(target);
    await using proxy = await startConnectProxy({ login: 'north:secret' });
    const loginFile = join(federation.path, 'proxy-login');
    writeFileSync(loginFile, 'north:secret\n', { mode: 0o600 });
    await federation.restartAgent('mercy', { coordinator: `127.0.0.1:${relay.address.port}`, network: { keepAliveSeconds: 1, uploadBytesPerSecond: 100_000, downloadBytesPerSecond: 100_000 } });
    await federation.restartAgent('north', { network: { proxy: { url: proxy.url, loginFile } } });
    const first = await federation.run(oneRound);
    expect(first.state, first.reason).to.equal('COMPLETED');
    expect([relay.connections, proxy.tunnels]).to.deep.equal([1, 1]);

    relay.forget();

    const second = await federation.run(oneRound);
    expect(second.state, second.reason).to.equal('COMPLETED');
    expect([relay.connections, proxy.tunnels]).to.deep.equal([2, 1]);
  });
});
