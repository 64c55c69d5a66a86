import { once } from 'node:events';
import { expect } from 'chai';
import { mayCall, roleNames, type Role } from '../../../shared/access/role.ts';
import { catalogue } from '../../../shared/errors/catalogue.ts';
import { refusalsIn, startApiCoordinator, type ApiCoordinator } from '../../support/api-coordinator.ts';
import { dayMs, SetClock } from '../../support/set-clock.ts';
import { smallPlan } from '../../support/small-study.ts';

const everybody = roleNames;

/** Every operation of the API and who may call it. */
const operations: Readonly<Record<string, readonly Role[]>> = {
  'GET /federation': everybody,
  'GET /studies': everybody,
  'POST /studies': ['data-scientist'],
  'POST /studies/check': ['data-scientist'],
  'GET /studies/{name}': everybody,
  'GET /studies/{name}/plan': everybody,
  'POST /studies/{name}/rosters': ['data-scientist'],
  'GET /studies/{name}/rosters': everybody,
  'GET /studies/{name}/decisions': everybody,
  'GET /studies/{name}/events': everybody,
  'GET /runs': everybody,
  'POST /runs': ['data-scientist'],
  'GET /runs/{id}': everybody,
  'POST /runs/{id}/stop': ['data-scientist'],
  'GET /runs/{id}/events': everybody,
  'GET /runs/{id}/rounds/{number}': everybody,
  'GET /runs/{id}/evidence': ['auditor'],
  'GET /runs/{id}/sums/{digest}': ['auditor'],
  'GET /models': everybody,
  'GET /models/{digest}': everybody,
  'GET /models/{digest}/weights': everybody,
  'GET /models/{digest}/optimiser-state': everybody,
  'GET /sites': everybody,
  'POST /sites/invitations': ['operator'],
  'POST /sites/{name}/revocation': ['operator'],
  'GET /access': ['operator', 'auditor'],
  'POST /access': ['operator'],
  'POST /access/{id}/revocation': ['operator'],
  'GET /audit': ['auditor'],
  'GET /audit/head': ['auditor'],
};

describe('access to the HTTP API', () => {
  let api: ApiCoordinator;
  let clock: SetClock;
  beforeEach(async () => {
    clock = new SetClock();
    api = await startApiCoordinator({ clock });
  });
  afterEach(() => api[Symbol.asyncDispose]());

  it('is described for each operation, and the table here has them all', async () => {
    const { paths } = (await api.send('/openapi.json')).body as { paths: Record<string, Record<string, { security: { accessToken: Role[] }[] }>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]): [string, readonly Role[]] => {
        const roles = security.flatMap(({ accessToken }) => accessToken);
        return [`${method.toUpperCase()} ${path}`, everybody.filter((role) => mayCall([role], roles))];
      }),
    );
    expect(Object.fromEntries(described)).to.deep.equal(operations);
  });

  for (const role of roleNames) {
    it(`of the role ${role} ends where its operations end`, async () => {
      const token = await api.tokenFor('grace', role);
      for (const [operation, allowed] of Object.entries(operations)) {
        const [method = '', path = ''] = operation.split(' ');
        const { status, body } = await api.send(path.replaceAll(/\{\w+\}/g, '0'), { method, token, body: method === 'POST' ? { unknown: true } : undefined });
        expect(status, operation).to.be.oneOf(allowed.includes(role) ? [200, 400, 404, 409] : [403]);
        if (!allowed.includes(role)) {
          expect(body, operation).to.deep.include({ code: 'role-missing', next: catalogue['role-missing'].next });
          expect(body.message, operation).to.contain(`It needs the role ${allowed.join(' or ')}; grace has ${role}.`);
        }
      }
    });
  }

  it('with two roles is what either allows', async () => {
    const token = await api.tokenFor('grace', 'auditor', 'data-scientist');
    expect((await api.send('/access', { token })).status).to.equal(200);
    expect((await api.send('/studies/check', { method: 'POST', body: smallPlan(), token })).status).to.equal(200);
    expect((await api.send('/sites/invitations', { method: 'POST', body: { site: 'mercy' }, token })).status).to.equal(403);
  });

  for (const [what, token, code] of [['no token', null, 'token-missing'], ['a wrong token', 'A'.repeat(43), 'token-refused'], ['a token cut short', 'A', 'token-refused']] as const) {
    it(`is refused with ${what}, whatever is asked for`, async () => {
      for (const path of ['/federation', '/openapi.json', '/nothing']) {
        const { status, headers, body } = await api.send(path, { token });
        expect(status).to.equal(401);
        expect(headers['www-authenticate']).to.equal('Bearer');
        expect(body).to.deep.equal({ code, message: catalogue[code].text, next: catalogue[code].next, problems: [] });
      }
    });
  }

  it('ends with its time and with its revocation, each with its own message', async () => {
    const expiring = await api.access.grant({ name: 'grace', roles: ['viewer'], validityMs: dayMs }, { name: 'test', roles: roleNames });
    const revoked = await api.access.grant({ name: 'lin', roles: ['viewer'] }, { name: 'test', roles: roleNames });
    for (const { token } of [expiring, revoked]) expect((await api.send('/federation', { token })).status).to.equal(200);
    await api.access.revoke(revoked.grant.id, 'test');
    clock.aheadMs = dayMs;
    const replies = await Promise.all([expiring, revoked].map(({ token }) => api.send('/federation', { token })));
    expect(replies.map(({ status, body }) => [status, body.code])).to.deep.equal([[401, 'access-expired'], [401, 'access-revoked']]);
  });

  it('is exchanged for a new one without a restart', async () => {
    const [old] = (await api.send('/access')).body.access;
    const made = await api.send('/access', { method: 'POST', body: { name: 'ada', roles: ['operator'], validDays: 2 } });
    expect(made.status).to.equal(201);
    const { token, access } = made.body;
    expect(Date.parse(access.expiresAt) - clock.nowMs()).to.be.closeTo(2 * dayMs, 60_000);
    expect((await api.send(`/access/${old.id}/revocation`, { method: 'POST', token })).body.revokedAt).to.be.a('string');
    expect((await api.send('/federation')).body.code).to.equal('access-revoked');
    expect((await api.send('/federation', { token })).status).to.equal(200);
    const { body } = await api.send('/access', { token });
    expect(body.access.map(({ id }: { id: string }) => id)).to.deep.equal([old.id, access.id]);
    expect(JSON.stringify(body)).not.to.contain('tokenHash');
  });

  it('of an operator is not enough to make a data scientist', async () => {
    const token = await api.tokenFor('grace', 'operator');
    const { status, body } = await api.send('/access', { method: 'POST', token, body: { name: 'lin', roles: ['data-scientist'] } });
    expect([status, body.code]).to.deep.equal([403, 'role-missing']);
  });

  it('that ends while events are watched ends the stream', async () => {
    await api.enrol('mercy', 'north', 'south');
    await api.send('/studies', { method: 'POST', body: smallPlan() });
    await api.approve(smallPlan().study);
    const { id } = (await api.send('/runs', { method: 'POST', body: { study: smallPlan().study } })).body;
    const { grant, token } = await api.access.grant({ name: 'grace', roles: ['viewer'] }, { name: 'test', roles: roleNames });
    const stream = await api.open(`/runs/${id}/events`, { token });
    const cut = once(stream, 'error'); // the reply is cut short, so that it does not look like the end of the run
    stream.resume();
    await api.access.revoke(grant.id, 'test');
    await api.send(`/runs/${id}/stop`, { method: 'POST' });
    await cut;
    expect((await refusalsIn(api)).map(({ actor, detail }) => [actor, detail['code']])).to.deep.equal([['grace', 'access-revoked']]);
  });

  describe('that is refused', () => {
    it('is in the audit log: who, from where, what and why', async () => {
      const { grant, token } = await api.access.grant({ name: 'grace', roles: ['viewer'] }, { name: 'test', roles: roleNames });
      await api.send('/federation', { token: null });
      await api.send('/runs?study=heart', { token: 'A'.repeat(43) });
      await api.send('/access', { token });
      await api.access.revoke(grant.id, 'test');
      await api.send('/federation', { token });
      await api.send('/nothing');
      const address = '127.0.0.1';
      expect((await refusalsIn(api)).map(({ actor, action, subject, detail }) => [actor, action, subject, detail])).to.deep.equal([
        ['unknown', 'request refused', 'GET /api/v1/federation', { code: 'token-missing', address }],
        ['unknown', 'request refused', 'GET /api/v1/runs', { code: 'token-refused', address }],
        ['grace', 'request refused', 'GET /api/v1/access', { code: 'role-missing', address }],
        ['grace', 'request refused', 'GET /api/v1/federation', { code: 'access-revoked', address }],
      ]);
    });

    it('does not write long or hidden things into the audit log', async () => {
      await api.send(`/${'x'.repeat(5_000)}?token=${api.connection.token}`, { token: null });
      const [{ subject } = { subject: '' }] = await refusalsIn(api);
      expect(subject).to.match(/^GET \/api\/v1\/x+$/).and.to.have.length(120);
    });

    it('may be asked for 60 times a minute, and whoever has access is not held up by that', async () => {
      const statuses: Record<number, number> = {};
      for (const { status } of await Promise.all(Array.from({ length: 80 }, (_, at) => api.send('/federation', { token: at % 2 ? null : 'A' })))) {
        statuses[status] = (statuses[status] ?? 0) + 1;
      }
      expect(statuses).to.deep.equal({ 401: 60, 429: 20 });
      expect((await api.send('/federation')).status).to.equal(200);
      const events = await refusalsIn(api);
      expect(events.filter(({ action }) => action === 'request refused')).to.have.length(60);
      expect(events.filter(({ action }) => action === 'requests limited').map(({ detail }) => detail)).to.deep.equal([{ code: 'too-many-requests', address: '127.0.0.1', limitPerMinute: 60 }]);
    });

    it('is counted by its reason', async () => {
      for (const token of [null, 'A', 'A']) await api.send('/federation', { token });
      const page = await (await fetch(`${api.coordinator.operationsUrl}/metrics`)).text();
      expect(page).to.contain('consilium_http_refusals_total{reason="token-refused"} 2\n').and.to.contain('consilium_http_refusals_total{reason="token-missing"} 1\n');
    });
  });

  it('is whose name stands behind what is done', async () => {
    const scientist = await api.tokenFor('grace', 'data-scientist');
    const operator = await api.tokenFor('lin', 'operator');
    await api.enrol('mercy', 'north', 'south');
    await api.send('/sites/invitations', { method: 'POST', token: operator, body: { site: 'east' } });
    await api.send('/studies', { method: 'POST', token: scientist, body: smallPlan() });
    await api.approve(smallPlan().study);
    const { body: run } = await api.send('/runs', { method: 'POST', token: scientist, body: { study: smallPlan().study } });
    await api.send(`/runs/${run.id}/stop`, { method: 'POST', token: scientist });
    const events = (await api.store.read.audit.list(0, 1000)).map(({ actor, action, subject }) => [actor, action, subject]);
    expect(events).to.deep.include.members([
      ['lin', 'site invited', 'east'], ['grace', 'study submitted', smallPlan().study], ['grace', 'run started', run.id], ['grace', 'run stopped', run.id],
    ]);
  });
});
