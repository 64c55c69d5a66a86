import { expect } from 'chai';
import { systemClock } from '../../../shared/clock.ts';
import { emptyAuditHead, followedBy, type ChainedAuditEvent } from '../../../shared/statements/audit-event.ts';
import { isSignedAuditHead } from '../../../shared/statements/audit-head.ts';
import { auditHeadFromResource } from '../../../shared/http-api/audit-resource.ts';
import { services } from '../../../shared/wire/services.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { startApiCoordinator, type ApiCoordinator } from '../../support/api-coordinator.ts';
import { expectError } from '../../support/expect-error.ts';

describe('the audit log over HTTP', () => {
  let api: ApiCoordinator;
  let mercy: string;
  before(async () => {
    api = await startApiCoordinator();
    [mercy] = (await api.enrol('mercy', 'north')) as [string];
  });
  after(() => api[Symbol.asyncDispose]());

  const events = async (query: string): Promise<ChainedAuditEvent[]> => (await api.send(`/audit?${query}`)).body.events;

  it('gives a chain that leads to the head, which the coordinator signs', async () => {
    const head = auditHeadFromResource((await api.send('/audit/head')).body);
    const { hash, sequence } = (await events('after=0')).reduce(followedBy, emptyAuditHead);
    expect(head).to.include({ hash, sequence });
    expect(isSignedAuditHead(head)).to.equal(true);
    expect((await api.send('/federation')).body).to.include({ signingKey: Buffer.from(head.signingKey).toString('hex'), id: head.federation });
  });

  it('is read page by page, or from its end', async () => {
    expect((await events('after=1&limit=2')).map(({ sequence }) => sequence)).to.deep.equal([2, 3]);
    expect((await events('limit=1')).map(({ action }) => action)).to.deep.equal(['site enrolled']);
  });

  it('is searched by actor, action, subject and time', async () => {
    expect((await events('subject=mercy')).map(({ action }) => action)).to.deep.equal(['site invited', 'site enrolled']);
    expect((await events('actor=site%20north')).map(({ subject }) => subject)).to.deep.equal(['north']);
    expect(await events('action=site%20enrolled&since=2100-01-01T00:00:00Z')).to.deep.equal([]);
  });

  it('has the refusals that sites met with, and the metrics count them', async () => {
    const { identity } = openSiteFolder(mercy);
    using channel = new Channel(identity, systemClock);
    const { signal } = new AbortController();
    await expectError('study-not-found', channel.unary(services.studies.GetPlan, { study: 'no-such-study' }, { signal }));
    await expectError('run-not-found', channel.unary(services.siteLink.Decline, { run: 'no-such-run', assignment: 'x', code: 'data-invalid' }, { signal }));
    using stranger = new Channel({ ...identity, client: undefined }, systemClock);
    await expectError('token-unknown', stranger.unary(services.enrolment.Enrol, { token: 'guessed' }, { signal }));

    const refused = (await events('after=0')).filter(({ action }) => action.endsWith(' refused'));
    expect(refused.map(({ actor, action, subject, detail }) => [actor, action, subject, JSON.parse(detail).code])).to.deep.equal([
      ['site mercy', 'plan refused', 'no-such-study', 'study-not-found'],
      ['site mercy', 'decline refused', 'no-such-run', 'run-not-found'],
      ['stranger', 'enrolment refused', '', 'token-unknown'],
    ]);
    const page = await (await fetch(`${api.coordinator.operationsUrl}/metrics`)).text();
    expect(page).to.contain('consilium_refusals_total{call="plan",code="study-not-found"} 1\n').and.to.contain('consilium_refusals_total{call="enrolment",code="token-unknown"} 1\n');
  });

  it('takes no query that is not valid', async () => {
    for (const query of ['limit=0', 'limit=1001', 'after=-1', 'since=yesterday', 'actors=x']) {
      const { status, body } = await api.send(`/audit?${query}`);
      expect([status, body.code], query).to.deep.equal([400, 'invalid-request']);
    }
  });
});
