import { readFileSync } from 'node:fs';
import { buffer, text } from 'node:stream/consumers';
import { expect } from 'chai';
import { planMaxBytes } from '../../../shared/http-api/study-resource.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { refusalsIn, startApiCoordinator, type ApiCoordinator } from '../../support/api-coordinator.ts';
import { heartPlan, heartPlanFile, planWithTenMistakes } from '../../support/heart-plan.ts';
import { smallPlan } from '../../support/small-study.ts';

describe('the HTTP API', () => {
  let api: ApiCoordinator;
  before(async () => {
    api = await startApiCoordinator();
  });
  after(() => api[Symbol.asyncDispose]());

  it('allows only so many requests a minute', async () => {
    await using other = await startApiCoordinator();
    const replies = await Promise.all(Array.from({ length: 650 }, () => other.send('/federation')));
    expect(replies.filter(({ status }) => status === 200)).to.have.length(600);
    expect((await other.send('/federation')).body.code).to.equal('too-many-requests');
    const [limited, ...more] = await refusalsIn(other);
    expect(limited).to.deep.include({ actor: 'ada', action: 'requests limited', detail: { code: 'too-many-requests', address: '127.0.0.1', limitPerMinute: 600 } });
    expect(more).to.deep.equal([]);
  });

  it('keeps only so many streams of live events open for one caller', async () => {
    await using other = await startApiCoordinator();
    const { study } = smallPlan();
    await other.enrol('mercy', 'north', 'south');
    await other.send('/studies', { method: 'POST', body: smallPlan() });
    await other.approve(study);
    const streams = await Promise.all(Array.from({ length: 32 }, () => other.open(`/studies/${study}/events`)));
    expect((await other.send(`/studies/${study}/events`)).body.code).to.equal('too-many-requests');
    expect((await other.send('/federation')).status).to.equal(200);
    for (const stream of streams) stream.on('error', () => undefined).destroy();
  });

  it('answers at once when only the head of a stream of events is asked for', async () => {
    await using other = await startApiCoordinator();
    const { study } = smallPlan();
    await other.enrol('mercy', 'north', 'south');
    await other.send('/studies', { method: 'POST', body: smallPlan() });
    await other.approve(study);
    const head = await other.open(`/studies/${study}/events`, { method: 'HEAD' });
    expect([head.statusCode, head.headers['content-type'], await text(head)]).to.deep.equal([200, 'text/event-stream; charset=utf-8', '']);
  });

  it('sends the headers that protect browsers, and no hint of what it is made of', async () => {
    const { headers } = await api.send('/federation');
    expect(headers).to.include({ 'x-content-type-options': 'nosniff', 'cache-control': 'no-store' });
    expect(headers['strict-transport-security']).to.contain('max-age=');
    expect(headers['content-security-policy']).to.contain("default-src 'self'");
    expect(headers).not.to.have.any.keys('x-powered-by', 'server');
  });

  it('says what the federation is', async () => {
    const { status, body } = await api.send('/federation');
    expect(status).to.equal(200);
    expect(body).to.include({ name: 'Test federation', siteAddress: `127.0.0.1:${api.coordinator.sitePort}` });
  });

  describe('requests', () => {
    it('with unknown keys or wrong values are refused with every problem', async () => {
      const { status, body } = await api.send('/runs', { method: 'POST', body: { study: '', seed: -1, sead: 2 } });
      expect(status).to.equal(400);
      expect(body.code).to.equal('invalid-request');
      expect(body.problems.map(({ path }: { path: string }) => path)).to.have.members(['body.study', 'body.seed', 'body.sead']);
      const query = await api.send('/runs?studdy=heart');
      expect(query.body.problems).to.deep.equal([{ path: 'query.studdy', message: 'is not known here' }]);
    });

    it('that are not JSON are refused without a trace of the parser', async () => {
      const { status, body } = await api.send('/runs', { method: 'POST', body: '{"study": chol=233' });
      expect([status, body.code]).to.deep.equal([400, 'invalid-request']);
      expect(JSON.stringify(body)).not.to.contain('233').and.not.to.contain('node_modules');
    });

    it('that are too large are refused', async () => {
      for (const [path, bytes] of [['/runs', 65 * 1024], ['/studies', planMaxBytes + 1]] as const) {
        const { status, body } = await api.send(path, { method: 'POST', body: Buffer.alloc(bytes, ' ') });
        expect([status, body.code], path).to.deep.equal([413, 'request-too-large']);
      }
    });

    it('for what is not there are refused with the error of that thing', async () => {
      for (const [path, code] of [
        ['/nothing', 'not-found'], ['/studies/no', 'study-not-found'], ['/studies/no/plan', 'study-not-found'], ['/runs/no', 'run-not-found'],
        ['/runs/no/events', 'run-not-found'], ['/models/no', 'model-not-found'], ['/models/no/weights', 'model-not-found'], ['/models?run=no', 'run-not-found'],
      ] as const) {
        const { status, body } = await api.send(path);
        expect([status, body.code], path).to.deep.equal([404, code]);
      }
      expect((await api.send('/studies/%FF')).status).to.equal(400);
    });
  });

  describe('studies', () => {
    const planJson = readFileSync(heartPlanFile);

    it('lists every mistake of a plan together, whether it is checked or submitted', async () => {
      const { plan, paths } = planWithTenMistakes();
      for (const path of ['/studies', '/studies/check']) {
        const { status, body } = await api.send(path, { method: 'POST', body: plan });
        expect([status, body.code]).to.deep.equal([400, 'plan-invalid']);
        expect(body.problems.map((problem: { path: string }) => problem.path)).to.have.members(paths);
      }
    });

    it('a check says what a plan means and keeps nothing', async () => {
      const { status, body } = await api.send('/studies/check', { method: 'POST', body: planJson });
      expect(status).to.equal(200);
      expect(body).to.include({ study: 'heart-disease', parameters: 14, largestSiteCount: 8, scheduledRounds: 17 });
      expect(body.inputs).to.have.length(13);
      expect((await api.send('/studies')).body).to.deep.equal({ studies: [] });
    });

    it('keep the plan byte for byte, and take the same one twice', async () => {
      const first = await api.send('/studies', { method: 'POST', body: planJson });
      const second = await api.send('/studies', { method: 'POST', body: planJson });
      expect([first.status, second.status]).to.deep.equal([201, 201]);
      expect(second.body).to.deep.equal(first.body);
      expect(first.body.planHash).to.equal(sha256Hex(planJson));
      expect((await buffer(await api.open('/studies/heart-disease/plan'))).equals(planJson)).to.equal(true);
      expect((await api.send('/studies/heart-disease')).body).to.deep.include(first.body).and.to.have.property('summary');
    });

    it('never change: another plan of the same name is refused', async () => {
      const { status, body } = await api.send('/studies', { method: 'POST', body: { ...heartPlan(), title: 'Another' } });
      expect([status, body.code]).to.deep.equal([409, 'study-exists']);
    });
  });

  it('an invitation for a bad name or a bad address is refused, a good one is a bundle of three lines', async () => {
    const invite = (body: object) => api.send('/sites/invitations', { method: 'POST', body });
    expect((await invite({ site: 'Mercy!' })).body.problems[0].path).to.equal('body.site');
    expect((await invite({ site: 'mercy', address: 'nowhere' })).body.problems[0].path).to.equal('body.address');
    const { status, body } = await invite({ site: 'mercy', address: 'gate.example.org:443' });
    expect(status).to.equal(201);
    expect(body.bundle.trim().split('\n')).to.have.length(3);
    expect(body.bundle).to.match(/^gate\.example\.org:443\n/);
  });

  it('describes itself in OpenAPI: every reference leads somewhere', async () => {
    const { body } = await api.send('/openapi.json');
    expect(body.openapi).to.equal('3.1.0');
    expect(Object.keys(body.paths)).to.include.members(['/studies/{name}', '/runs/{id}/events', '/models/{digest}/weights', '/sites/invitations']);
    const references = JSON.stringify(body).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g);
    const names = new Set([...references].map(([, name]) => name));
    expect(names).to.include('RunDetail');
    for (const name of names) expect(body.components.schemas, name).to.have.property(name!);
  });
});
