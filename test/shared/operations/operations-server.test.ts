import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { Counter } from 'prom-client';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { createMetricsRegistry } from '../../../shared/operations/metrics-registry.ts';
import { startOperationsServer, type Condition } from '../../../shared/operations/operations-server.ts';
import { packageVersion } from '../../../shared/package-version.ts';

const well: Condition = { ok: true, reasons: [] };

describe('the operations pages', () => {
  it('serve the registry to Prometheus', async () => {
    const registry = createMetricsRegistry('site');
    new Counter({ name: 'consilium_rounds_total', help: 'Rounds.', registers: [registry] }).inc(3);
    await using server = await startOperationsServer({ port: 0, registry, ready: () => well });
    const response = await fetch(`${server.url}/metrics`);
    const page = await response.text();
    expect(response.headers.get('content-type')).to.contain('text/plain').and.to.contain('version=0.0.4');
    expect(page).to.contain('\nconsilium_rounds_total 3\n').and.to.contain('process_cpu_seconds_total');
    expect(page).to.contain(`consilium_build_info{program="site",version="${packageVersion()}",node="${process.versions.node}"} 1`);
  });

  it('listen on loopback unless told otherwise', async () => {
    await using server = await startOperationsServer({ port: 0, registry: createMetricsRegistry('site'), ready: () => well });
    expect(new URL(server.url).hostname).to.equal('127.0.0.1');
  });

  it('tell readiness and health apart, with the reasons', async () => {
    let ready: Condition = { ok: false, reasons: ['the store is being opened'] };
    await using server = await startOperationsServer({ port: 0, registry: createMetricsRegistry('coordinator'), ready: () => ready });
    const before = await fetch(`${server.url}/readyz`);
    expect([before.status, await before.json()]).to.deep.equal([503, ready]);
    expect((await fetch(`${server.url}/healthz`)).status).to.equal(200);
    ready = well;
    const after = await fetch(`${server.url}/readyz`);
    expect([after.status, await after.json()]).to.deep.equal([200, well]);
  });

  it('are not ready when the check itself fails, and do not say more', async () => {
    const ready = (): Condition => {
      throw new Error('password=hunter2');
    };
    await using server = await startOperationsServer({ port: 0, registry: createMetricsRegistry('coordinator'), ready });
    const response = await fetch(`${server.url}/readyz`);
    expect(response.status).to.equal(503);
    expect(await response.text()).not.to.contain('hunter2');
  });

  it('refuse an address that is taken', async () => {
    await using first = await startOperationsServer({ port: 0, registry: createMetricsRegistry('site'), ready: () => well });
    const second = await startOperationsServer({ port: first.port, registry: createMetricsRegistry('site'), ready: () => well }).catch((error: unknown) => error);
    expect(second).to.be.instanceOf(ConsiliumError).with.property('code', 'address-unavailable');
    expect((second as ConsiliumError).message).to.contain(`127.0.0.1:${first.port}`);
  });

  const promtool = spawnSync('promtool', ['--version']).error === undefined;
  (promtool ? it : it.skip)(`have metrics that promtool finds well named${promtool ? '' : ' (skipped: promtool is not installed)'}`, async () => {
    // Without the process's own metrics, whose names are prom-client's.
    const metrics = await createMetricsRegistry('coordinator').getSingleMetricAsString('consilium_build_info');
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: `${metrics}\n`, encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
});
