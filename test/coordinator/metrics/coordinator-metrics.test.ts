import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { coordinatorMetrics } from '../../../coordinator/metrics/coordinator-metrics.ts';
import { RunEvents } from '../../../coordinator/runs/run-events.ts';
import { systemClock } from '../../../shared/clock.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { Registry } from 'prom-client';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

describe("the coordinator's metrics", () => {
  let coordinator: TestCoordinator;
  before(async () => {
    coordinator = await startTestCoordinator();
  });
  after(() => coordinator[Symbol.asyncDispose]());

  function metricsOf(events: RunEvents) {
    const registry = new Registry();
    const { read } = coordinator.store;
    const metrics = coordinatorMetrics(registry, { events, read, waits: { ofAll: async () => [] }, connectedSites: { names: ['mercy'] }, authority: coordinator.folder.authority.certificate, clock: systemClock, log: silentLogger });
    return { registry, metrics };
  }
  const event = (name: string, detail = {}) => ({ run: 'study-1', at: '2026-03-01T09:30:00.000Z', event: name, ...detail });

  it('count a refused call by what was asked for and by its code', async () => {
    const { registry, metrics } = metricsOf(new RunEvents());
    metrics.countRefusal({ call: 'contribution', error: new ConsiliumError('layout-mismatch') });
    expect(await registry.metrics()).to.contain('consilium_refusals_total{call="contribution",code="layout-mismatch"} 1\n');
  });

  it('count contributions, bytes and disagreements as they are told, until they are disposed of', async () => {
    const events = new RunEvents();
    const { registry, metrics } = metricsOf(events);
    events.publish(event('contribution-accepted', { round: 0, site: 'mercy', part: 'update', bytes: 32_962 }));
    events.publish(event('decryptors-differ', { round: 0 }));
    metrics.meter('down', 'mercy', 56);
    metrics[Symbol.dispose]();
    events.publish(event('decryptors-differ', { round: 0 }));
    const page = await registry.metrics();
    expect(page).to.contain('consilium_contributions_total{site="mercy",part="update"} 1\n').and.to.contain('consilium_decryption_disagreements_total 1\n');
    expect(page).to.contain('consilium_transferred_bytes_total{site="mercy",direction="up"} 32962\n').and.to.contain('consilium_transferred_bytes_total{site="mercy",direction="down"} 56\n');
    expect(page).to.contain('consilium_connected_sites 1\n');
  });

  const promtool = spawnSync('promtool', ['--version']).error === undefined;
  (promtool ? it : it.skip)(`are well named, as promtool finds${promtool ? '' : ' (skipped: promtool is not installed)'}`, async () => {
    const { registry } = metricsOf(new RunEvents());
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await registry.metrics(), encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
});
