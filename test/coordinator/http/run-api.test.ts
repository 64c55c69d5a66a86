import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { readServerEvents } from '../../../cli/server-events.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { startApiCoordinator, type ApiCoordinator } from '../../support/api-coordinator.ts';
import { heartPlanFile } from '../../support/heart-plan.ts';

const sites = ['cleveland', 'hungarian', 'switzerland', 'va'];

describe('runs over the HTTP API', () => {
  let api: ApiCoordinator;
  before(async () => {
    api = await startApiCoordinator();
    await api.send('/studies', { method: 'POST', body: readFileSync(heartPlanFile) });
  });
  after(() => api[Symbol.asyncDispose]());

  const start = (seed?: number) => api.send('/runs', { method: 'POST', body: { study: 'heart-disease', seed } });

  it('a run without a signed roster is refused', async () => {
    const { status, body } = await start();
    expect([status, body.code]).to.deep.equal([409, 'roster-missing']);
  });

  describe('with four sites', () => {
    before(async () => {
      await api.enrol(...sites);
      await api.approve('heart-disease');
    });

    it('lists the sites, which are not connected', async () => {
      const { body } = await api.send('/sites');
      expect(body.sites.map(({ name, connected }: { name: string; connected: boolean }) => [name, connected])).to.deep.equal(sites.map((site) => [site, false]));
    });

    it('a run starts with its roster and its first model version', async () => {
      const { status, body: run } = await start(1);
      expect(status).to.equal(201);
      expect(run).to.deep.include({ id: 'heart-disease-1', state: 'KEYING', sites, scheduledRounds: 17, publishedRounds: 0, evaluation: null });
      const { body } = await api.send('/models?run=heart-disease-1');
      expect(body.models).to.have.length(1);
      expect(body.models[0]).to.include({ digest: run.modelVersion, number: 0, run: run.id });
      expect((await api.send(`/models/${run.modelVersion}`)).body).to.deep.equal(body.models[0]);
      const weights = await buffer(await api.open(`/models/${run.modelVersion}/weights`));
      expect(weights).to.have.length(4 * 14);
      expect(sha256Hex(weights)).to.equal(body.models[0].weightsDigest);
      expect((await api.send('/runs/heart-disease-1/rounds/0')).body.code).to.equal('not-found');
    });

    it('the stream of events begins with the present state and ends when the run does', async () => {
      const { body: run } = await start();
      const events = readServerEvents(await api.open(`/runs/${run.id}/events`));
      const first = (await events.next()).value!;
      expect(first.event).to.equal('state');
      expect(first.data).to.deep.include({ id: run.id, state: 'KEYING', rounds: [] });
      await api.send(`/runs/${run.id}/stop`, { method: 'POST' });
      const rest = await Array.fromAsync(events);
      expect(rest.map(({ event }) => event)).to.deep.equal(['run-stopped']);
    });

    it('the stream of an ended run is its state alone', async () => {
      const events = await Array.fromAsync(readServerEvents(await api.open('/runs/heart-disease-2/events')));
      expect(events.map(({ event, data }) => [event, (data as { state: string }).state])).to.deep.equal([['state', 'STOPPED']]);
    });

    it('stopping a run twice changes nothing', async () => {
      const first = await api.send('/runs/heart-disease-2/stop', { method: 'POST' });
      const second = await api.send('/runs/heart-disease-2/stop', { method: 'POST' });
      expect(first.body).to.deep.equal(second.body).and.to.include({ state: 'STOPPED' });
    });

    it('metrics follow: runs by state, certificates of sites', async () => {
      const page = await (await fetch(`${api.coordinator.operationsUrl}/metrics`)).text();
      expect(page).to.contain('consilium_runs{state="KEYING"} 1\n').and.to.contain('consilium_runs{state="STOPPED"} 1\n');
      expect(page).to.match(/consilium_certificate_expiry_timestamp_seconds\{kind="site",name="va"\} \d{10}/);
    });

    it('a stop of the coordinator ends open streams at once', async () => {
      await using other = await startApiCoordinator();
      await other.send('/studies', { method: 'POST', body: readFileSync(heartPlanFile) });
      await other.enrol(...sites);
      await other.approve('heart-disease');
      const { body: run } = await other.send('/runs', { method: 'POST', body: { study: 'heart-disease' } });
      const events = readServerEvents(await other.open(`/runs/${run.id}/events`));
      await events.next();
      const end = events.next();
      const askedMs = performance.now();
      await other.coordinator[Symbol.asyncDispose]();
      expect((await end).done).to.equal(true);
      expect(performance.now() - askedMs, 'without the grace of five seconds').to.be.lessThan(4000);
    });
  });
});
