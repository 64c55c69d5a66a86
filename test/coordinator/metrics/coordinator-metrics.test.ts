import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { coordinatorMetrics } from '../../../coordinator/metrics/coordinator-metrics.ts';
import { RunEvents } from '../../../coordinator/runs/run-events.ts';
import { revokeSite } from '../../../coordinator/sites/revocation.ts';
import { systemClock, type Clock } from '../../../shared/clock.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { Registry } from 'prom-client';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { patience } from '../../support/patience.ts';
import { dayMs, SetClock } from '../../support/set-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

describe("the coordinator's metrics", () => {
  let coordinator: TestCoordinator;
  before(async () => {
    coordinator = await startTestCoordinator();
  });
  after(() => coordinator[Symbol.asyncDispose]());

  function metricsOf(events: RunEvents, clock: Clock = systemClock) {
    const registry = new Registry();
    const { read } = coordinator.store;
    const metrics = coordinatorMetrics(registry, { events, read, waits: { ofAll: async () => [] }, connectedSites: { names: ['mercy'] }, authority: coordinator.folder.authority.certificate, clock, log: silentLogger });
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

  it("tell how long certificates still last: the authority's and each site's, less than nothing once one has expired, and nothing of a revoked site's", async () => {
    using folder = temporaryFolder();
    for (const site of ['mercy', 'north']) await joinFederation(join(folder.path, site), await coordinator.invite(site), { signal: patience() });
    await revokeSite(coordinator.store, systemClock, 'north', 'test');
    const clock = new SetClock();
    const { registry } = metricsOf(new RunEvents(), clock);
    const days = async () => {
      const remaining = (await registry.metrics()).matchAll(/^consilium_certificate_remaining_seconds\{kind="(.*)",name="(.*)"\} (\S+)$/gm);
      return Object.fromEntries(remaining.map(([, kind, name, seconds]) => [`${kind} ${name}`, Math.ceil(Number(seconds) / 86_400)]));
    };
    expect(await days()).to.deep.equal({ 'authority ': 20 * 365, 'site mercy': 398 });
    clock.aheadMs = 400 * dayMs;
    expect(await days()).to.deep.equal({ 'authority ': 20 * 365 - 400, 'site mercy': -2 });
  });

  const promtool = spawnSync('promtool', ['--version']).error === undefined;
  (promtool ? it : it.skip)(`are well named, as promtool finds${promtool ? '' : ' (skipped: promtool is not installed)'}`, async () => {
    const { registry } = metricsOf(new RunEvents());
    const { status, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: await registry.metrics(), encoding: 'utf8' });
    expect(status, stderr).to.equal(0);
  });
});
