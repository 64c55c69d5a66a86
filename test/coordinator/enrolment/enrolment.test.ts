import { expect } from 'chai';
import { enrol, type EnrolmentRequest } from '../../../coordinator/enrolment/enrolment.ts';
import { systemClock } from '../../../shared/clock.ts';
import { parseBundle } from '../../../shared/enrolment/bundle.ts';
import { enrolmentDomain, enrolmentStatement } from '../../../shared/enrolment/enrolment-statement.ts';
import { rawPublicKey, signStatement } from '../../../shared/statements/signature.ts';
import { certificateRequest, makeSiteKeys } from '../../../site-agent/identity/site-keys.ts';
import { expectError } from '../../support/expect-error.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

async function requestWith(token: string, change: Partial<EnrolmentRequest> = {}): Promise<EnrolmentRequest> {
  const keys = await makeSiteKeys();
  const publicKeys = {
    certificateRequest: await certificateRequest(keys.tls),
    signingKey: rawPublicKey(keys.signing),
    agreementKey: rawPublicKey(keys.agreement),
    ...change,
  };
  return { token, ...publicKeys, signature: signStatement(keys.signing, enrolmentDomain, enrolmentStatement(token, publicKeys)), ...change };
}

describe('enrolment', () => {
  const forgeries: [string, (genuine: EnrolmentRequest, other: EnrolmentRequest) => EnrolmentRequest][] = [
    ['another signing key', (genuine, other) => ({ ...genuine, signingKey: other.signingKey })],
    ['another agreement key', (genuine, other) => ({ ...genuine, agreementKey: other.agreementKey })],
    ['another TLS key', (genuine, other) => ({ ...genuine, certificateRequest: other.certificateRequest })],
    ['a signature made for another token', (genuine, other) => ({ ...genuine, signature: other.signature })],
    ['no signature', (genuine) => ({ ...genuine, signature: new Uint8Array(0) })],
  ];
  for (const [what, forge] of forgeries) {
    it(`with ${what} is refused, and the token stays good`, async () => {
      await using coordinator = await startTestCoordinator();
      const { token } = parseBundle(await coordinator.invite('mercy'));
      const genuine = await requestWith(token);
      const { store, folder } = coordinator;
      await expectError('proof-of-possession', enrol(store, folder.authority, systemClock, forge(genuine, await requestWith('another token'))));
      expect(await store.read.sites.list()).to.deep.equal([]);
      expect((await enrol(store, folder.authority, systemClock, genuine)).site).to.equal('mercy');
    });
  }

  it('with a certificate request or an agreement key that is malformed is refused, though it is signed', async () => {
    await using coordinator = await startTestCoordinator();
    const { token } = parseBundle(await coordinator.invite('mercy'));
    const damaged = (await requestWith(token)).certificateRequest.with(-1, 0);
    for (const change of [{ certificateRequest: Buffer.from('not a request') }, { certificateRequest: damaged }, { agreementKey: new Uint8Array(31) }]) {
      const request = await requestWith(token, change);
      await expectError('proof-of-possession', enrol(coordinator.store, coordinator.folder.authority, systemClock, request));
    }
  });

  it('repeated with the very same request gets the same certificate, and is recorded once', async () => {
    await using coordinator = await startTestCoordinator();
    const { token } = parseBundle(await coordinator.invite('mercy'));
    const request = await requestWith(token);
    const first = await enrol(coordinator.store, coordinator.folder.authority, systemClock, request);
    const second = await enrol(coordinator.store, coordinator.folder.authority, systemClock, request);
    expect(Buffer.from(second.certificate)).to.deep.equal(Buffer.from(first.certificate));
    expect(await coordinator.store.read.audit.list(0, 10)).to.have.length(2);
    await expectError('token-used', enrol(coordinator.store, coordinator.folder.authority, systemClock, await requestWith(token)));
  });

  it('is offered by the newest invitation of a site alone, and the audit log tells how many it voided', async () => {
    await using coordinator = await startTestCoordinator();
    const { store, folder } = coordinator;
    const tokens: string[] = [];
    for (let sent = 0; sent < 3; sent++) tokens.push(parseBundle(await coordinator.invite('mercy')).token);
    const { token: ofAnother } = parseBundle(await coordinator.invite('north'));
    for (const token of tokens.slice(0, 2)) await expectError('token-expired', enrol(store, folder.authority, systemClock, await requestWith(token)));
    for (const token of [tokens[2]!, ofAnother]) await enrol(store, folder.authority, systemClock, await requestWith(token));
    const events = await store.read.audit.list(0, 20);
    expect(events.filter(({ action }) => action === 'earlier invitations voided').map(({ subject, detail }) => [subject, detail])).to.deep.equal([['mercy', { voided: 1 }], ['mercy', { voided: 1 }]]);
  });

  it('is offered to well-named sites only', async () => {
    await using coordinator = await startTestCoordinator();
    for (const name of ['', 'Mercy', '-mercy', 'mercy hospital', 'a'.repeat(64)]) await expectError('invalid-request', coordinator.invite(name));
  });
});
