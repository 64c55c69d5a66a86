import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock } from '../../../shared/clock.ts';
import { catalogue, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { services } from '../../../shared/wire/services.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import type { ChannelIdentity } from '../../../site-agent/link/channel-identity.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { expectError } from '../../support/expect-error.ts';
import { startRelay } from '../../support/relay.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;

/** A coordinator that answers GetPlan with the caller's name, never for the study `silence`, and with an error for a study that is called like one; and a site enrolled with it. */
async function startFederationOfOne(): Promise<AsyncDisposable & { coordinator: TestCoordinator; identity: ChannelIdentity }> {
  await using stack = new AsyncDisposableStack();
  const parent = stack.use(temporaryFolder());
  const coordinator = stack.use(
    await startTestCoordinator({
      services: (adapter) => [
        {
          definition: services.studies,
          handlers: {
            GetPlan: adapter.unary((site, { study }: { study: string }) => {
              if (Object.hasOwn(catalogue, study)) throw new ConsiliumError(study as ErrorCode, 'So it says.');
              return study === 'silence' ? new Promise<never>(() => undefined) : { json: Buffer.from(site.name) };
            }),
          },
        },
      ],
    }),
  );
  const { identity } = await joinFederation(join(parent.path, 'site'), await coordinator.invite('mercy'), { signal });
  const resources = stack.move();
  return { coordinator, identity, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

async function callWith(identity: ChannelIdentity, study = '', timeoutMs?: number): Promise<string> {
  using channel = new Channel(identity, systemClock);
  const reply = await channel.unary(services.studies.GetPlan, { study }, { signal, ...(timeoutMs === undefined ? {} : { timeoutMs }) });
  return reply.json.toString();
}

describe('channel', () => {
  it('carries calls of an enrolled site', async () => {
    await using federation = await startFederationOfOne();
    expect(await callWith(federation.identity)).to.equal('mercy');
  });

  it('passes on what the coordinator answers, but never as a finding of this site, upon which a person would set it up anew', async () => {
    await using federation = await startFederationOfOne();
    const answers: [told: ErrorCode, code: ErrorCode][] = [
      ['run-ended', 'run-ended'],
      ['ledger-not-growing', 'ledger-refusal-unproven'],
      ['ledger-forked', 'ledger-refusal-unproven'],
      ['ledger-damaged', 'internal'],
      ['site-restored', 'internal'],
    ];
    for (const [told, code] of answers) expect((await expectError(code, callWith(federation.identity, told))).message, told).to.contain(code === told ? 'So it says.' : told);
  });

  it('reaches the coordinator by name and by address', async () => {
    await using federation = await startFederationOfOne();
    const { port } = federation.coordinator.address;
    expect(await callWith({ ...federation.identity, address: { host: 'localhost', port } })).to.equal('mercy');
  });

  it('is refused without a certificate, and with one of another federation', async () => {
    await using federation = await startFederationOfOne();
    await using other = await startFederationOfOne();
    const { client: _none, ...anonymous } = federation.identity;
    await expectError('certificate-refused', callWith(anonymous));
    await expectError('certificate-refused', callWith({ ...federation.identity, client: other.identity.client! }));
  });

  it('refuses a coordinator of another federation', async () => {
    await using federation = await startFederationOfOne();
    await using other = await startFederationOfOne();
    const error = await expectError('coordinator-certificate-refused', callWith({ ...federation.identity, address: other.identity.address }));
    expect(error.entry.retryable).to.equal(false);
  });

  it('refuses a coordinator whose certificate does not name the address', async function () {
    if (process.platform !== 'linux') this.skip(); // other systems have one loopback address only
    await using federation = await startFederationOfOne();
    await using relay = await startRelay(federation.coordinator.address, '127.0.0.2');
    await expectError('coordinator-name-mismatch', callWith({ ...federation.identity, address: relay.address }));
  });

  it('says that nothing listens, and that this may change', async () => {
    const identity = await (async () => {
      await using federation = await startFederationOfOne();
      return federation.identity;
    })();
    const error = await expectError('coordinator-unreachable', callWith(identity));
    expect(error.detail).to.contain('refuses the connection');
    expect(error.entry.retryable).to.equal(true);
  });

  it('says that the coordinator did not answer in time', async () => {
    await using federation = await startFederationOfOne();
    const error = await expectError('coordinator-unreachable', callWith(federation.identity, 'silence', 300));
    expect(error.detail).to.contain('did not answer in time');
  });

  it('connects again by itself when the connection was lost', async () => {
    await using federation = await startFederationOfOne();
    await using relay = await startRelay(federation.coordinator.address);
    using channel = new Channel({ ...federation.identity, address: relay.address }, systemClock);
    const call = () => channel.unary(services.studies.GetPlan, {}, { signal });
    await call();
    relay.cut();
    for (;;) {
      const failure = await call().then(() => undefined, (error: unknown) => error);
      if (failure === undefined) break;
      expect(failure).to.be.instanceOf(ConsiliumError).and.to.have.property('code', 'coordinator-unreachable');
    }
  });

  it('does not start a call that is already cancelled', async () => {
    await using federation = await startFederationOfOne();
    using channel = new Channel(federation.identity, systemClock);
    const limits = { signal: AbortSignal.abort() };
    await expectError('cancelled', channel.unary(services.studies.GetPlan, {}, limits));
    await expectError('cancelled', channel.serverStream(services.modelVersions.Download, {}, limits).next());
    await expectError('cancelled', channel.clientStream(services.contributions.Upload, [], limits));
  });
});
