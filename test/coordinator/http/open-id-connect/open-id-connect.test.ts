import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect } from 'chai';
import { OpenIdConnect } from '../../../../coordinator/http/open-id-connect/open-id-connect.ts';
import type { OpenIdConnectSettings } from '../../../../coordinator/http/open-id-connect/open-id-connect-settings.ts';
import { systemClock } from '../../../../shared/clock.ts';
import { refusalsIn, startApiCoordinator } from '../../../support/api-coordinator.ts';
import { expectError } from '../../../support/expect-error.ts';
import { audience, commandLineClient, otherAudience, startIdentityProvider, type IdentityProvider } from '../../../support/identity-provider.ts';
import { minuteMs, SetClock } from '../../../support/set-clock.ts';

describe("an organisation's login", () => {
  let provider: IdentityProvider;
  let settings: OpenIdConnectSettings;
  let host: string;
  beforeEach(async () => {
    provider = await startIdentityProvider();
    provider.groups.set('nightly', ['staff', 'research']);
    host = new URL(provider.issuer).host;
    const { issuer, certificateAuthority } = provider;
    const roles = { research: ['data-scientist' as const], board: ['auditor' as const, 'viewer' as const] };
    settings = { issuer, certificateAuthority, audience, clientId: commandLineClient, scope: 'openid', rolesClaim: ['groups'], roles, nameClaim: 'sub' };
  });
  afterEach(() => provider[Symbol.asyncDispose]());

  const source = (changes: Partial<OpenIdConnectSettings> = {}, clock = systemClock) => new OpenIdConnect({ ...settings, ...changes }, clock, { lookAgainMs: 0 });

  it('lets people and machines use the HTTP API with the roles of their groups', async () => {
    const { rolesClaim: _list, scope: _scope, nameClaim: _claim, ...written } = settings;
    const clock = new SetClock();
    await using api = await startApiCoordinator({ clock, files: { 'open-id-connect.json': { ...written, rolesClaim: 'groups' } } });
    const token = await provider.tokenFor('nightly');
    expect((await api.send('/studies', { token })).status).to.equal(200);
    expect((await api.send('/federation')).status, 'a token of the coordinator').to.equal(200);
    const beyond = await api.send('/access', { token });
    expect([beyond.status, beyond.body.code]).to.deep.equal([403, 'role-missing']);
    const stranger = await api.send('/federation', { token: await provider.tokenFor('stranger') });
    expect([stranger.status, stranger.body.code]).to.deep.equal([403, 'role-missing']);
    expect(stranger.body.message).to.contain('nothing in the claim "groups" is mapped');
    const other = await api.send('/federation', { token: await provider.tokenFor('nightly', otherAudience) });
    expect([other.status, other.body.code]).to.deep.equal([401, 'token-refused']);
    clock.aheadMs = provider.lifeSeconds * 1000 + 2 * minuteMs;
    expect((await api.send('/federation', { token })).body.code).to.equal('access-expired');
    expect((await refusalsIn(api)).map(({ actor, detail }) => [actor, detail['code']])).to.deep.equal([
      [`nightly of ${host}`, 'role-missing'], [`stranger of ${host}`, 'role-missing'], [`nightly of ${host}`, 'token-refused'], [`nightly of ${host}`, 'access-expired'],
    ]);
  });

  for (const kind of ['RS256', 'ES256', 'EdDSA'] as const) {
    it(`may be signed with ${kind}`, async () => {
      provider.rotateKey(kind);
      expect(await source().identify(await provider.tokenFor('nightly'))).to.deep.equal({ name: `nightly of ${host}`, roles: ['data-scientist'] });
    });
  }

  it('may not be signed with anything else: another algorithm, a shared key, or nothing', async () => {
    provider.rotateKey('PS256');
    const token = await provider.tokenFor('nightly');
    expect(await source().identify(token)).to.equal(undefined);
    const [, payload = ''] = token.split('.');
    const encoded = (header: object) => Buffer.from(JSON.stringify(header)).toString('base64url');
    const shared = `${encoded({ alg: 'HS256', typ: 'at+jwt' })}.${payload}`;
    expect(await source().identify(`${shared}.${createHmac('sha256', provider.certificateAuthority).update(shared).digest('base64url')}`)).to.equal(undefined);
    expect(await source().identify(`${encoded({ alg: 'none' })}.${payload}.`)).to.equal(undefined);
    expect(await source().identify(`${encoded({ alg: 'none' })}.${payload}.AA`)).to.equal(undefined);
  });

  it('is refused when a byte of it was changed', async () => {
    const [header = '', payload = '', signature = ''] = (await provider.tokenFor('nightly')).split('.');
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as object;
    const changed = Buffer.from(JSON.stringify({ ...claims, groups: ['board'] })).toString('base64url');
    expect(await source().identify(`${header}.${changed}.${signature}`)).to.equal(undefined);
  });

  it('of another issuer is refused', async () => {
    await using other = await startIdentityProvider();
    other.groups.set('nightly', ['research']);
    expect(await source().identify(await other.tokenFor('nightly'))).to.equal(undefined);
  });

  it('is tolerated for a minute after its end, and not longer', async () => {
    const clock = new SetClock();
    const token = await provider.tokenFor('nightly');
    clock.aheadMs = provider.lifeSeconds * 1000 + minuteMs / 2;
    expect((await source({}, clock).identify(token))?.refusal).to.equal(undefined);
    clock.aheadMs += minuteMs;
    expect((await source({}, clock).identify(token))?.refusal).to.include({ code: 'access-expired' });
  });

  it('goes on when the issuer changes its key, and the old key is of no use any more', async () => {
    const known = source();
    const before = await provider.tokenFor('nightly');
    expect((await known.identify(before))?.roles).to.deep.equal(['data-scientist']);
    provider.rotateKey();
    const after = await provider.tokenFor('nightly');
    expect((await known.identify(after))?.roles).to.deep.equal(['data-scientist']);
    expect(await known.identify(before)).to.equal(undefined);
  });

  it('finds roles in a nested claim, in a single text, and nowhere else', async () => {
    provider.groups.set('nightly', { inner: 'board' });
    const token = await provider.tokenFor('nightly');
    expect((await source({ rolesClaim: ['groups', 'inner'] }).identify(token))?.roles).to.deep.equal(['auditor', 'viewer']);
    for (const rolesClaim of [['groups'], ['groups', 'inner', 'length'], ['constructor', 'name'], ['none']]) {
      expect((await source({ rolesClaim }).identify(token))?.refusal, rolesClaim.join()).to.include({ code: 'role-missing' });
    }
  });

  for (const value of ['site mercy', '', 7]) {
    it(`does not put the name ${JSON.stringify(value)} into the audit log`, async () => {
      provider.groups.set('nightly', value);
      const identity = await source({ nameClaim: 'groups' }).identify(await provider.tokenFor('nightly'));
      expect([identity?.name, identity?.refusal?.code]).to.deep.equal([`somebody of ${host}`, 'token-refused']);
    });
  }

  it('that cannot be reached is another error than a refusal', async () => {
    const token = await provider.tokenFor('nightly');
    const { certificateAuthority } = settings;
    const error = await expectError('issuer-unreachable', source({ certificateAuthority: undefined }).identify(token));
    expect(error.detail).to.contain(provider.issuer);
    const other = `${provider.issuer}/other`;
    await expectError('issuer-unreachable', source({ issuer: other, certificateAuthority }).identify(token));
  });

  it('that does not answer is asked again only after a while, however many tokens come', async () => {
    const token = await provider.tokenFor('nightly');
    let connections = 0;
    const silent = createServer((socket) => void (connections++, socket.destroy())).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const clock = new SetClock();
    const lost = source({ issuer: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` }, clock);
    for (const _attempt of [1, 2, 3]) await expectError('issuer-unreachable', lost.identify(token));
    expect(connections).to.equal(1);
    clock.aheadMs = minuteMs;
    await expectError('issuer-unreachable', lost.identify(token));
    expect(connections).to.equal(2);
    silent.close();
  });
});
