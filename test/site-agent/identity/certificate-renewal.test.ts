import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect } from 'chai';
import type { ServedService } from '../../../coordinator/rpc/server.ts';
import { systemClock, type Clock } from '../../../shared/clock.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { certificateFingerprint } from '../../../shared/tls/fingerprint.ts';
import { services } from '../../../shared/wire/services.ts';
import { CertificateRenewal } from '../../../site-agent/identity/certificate-renewal.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder, type SiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import { expectError } from '../../support/expect-error.ts';
import { startRelay } from '../../support/relay.ts';
import { dayMs, SetClock } from '../../support/set-clock.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;

async function startSite(options: Parameters<typeof startTestCoordinator>[0] = {}) {
  await using stack = new AsyncDisposableStack();
  const parent = stack.use(temporaryFolder());
  const coordinator = stack.use(
    await startTestCoordinator({ ...options, services: (adapter) => [{ definition: services.studies, handlers: { GetPlan: adapter.unary(({ name }) => ({ json: Buffer.from(name) })) } }] }),
  );
  const site = await joinFederation(join(parent.path, 'site'), await coordinator.invite('mercy'), { signal });
  const resources = stack.move();
  return { coordinator, site, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function fingerprintOf({ identity }: SiteFolder): string {
  return certificateFingerprint(new X509Certificate(identity.client.certificate).raw);
}

async function callAs({ identity }: SiteFolder): Promise<string> {
  using channel = new Channel(identity, systemClock);
  return (await channel.unary(services.studies.GetPlan, {}, { signal })).json.toString();
}

/** Renews once, as an agent does for which the certificate is due. */
async function renewOnce(site: SiteFolder, address = site.identity.address): Promise<void> {
  const renewed = new AbortController();
  using channel = new Channel({ ...site.identity, address }, systemClock);
  channel.renewed.addEventListener('abort', () => renewed.abort());
  await new CertificateRenewal({ site, channel, clock: new SetClock(300 * dayMs), log: silentLogger, checkEveryMs: 1 }).keepUp(renewed.signal);
}

async function certificateEvents(coordinator: TestCoordinator): Promise<string[]> {
  return (await coordinator.store.read.audit.list(0, 100)).map(({ action }) => action).filter((action) => action.startsWith('certificate '));
}

describe('certificate renewal', () => {
  it('leaves both certificates good until the new one is shown, and the old one refused from then on', async () => {
    await using federation = await startSite();
    const { coordinator, site } = federation;
    await renewOnce(site);
    const renewed = openSiteFolder(site.folder);
    expect(fingerprintOf(renewed)).not.to.equal(fingerprintOf(site));
    expect(renewed.identity.client.privateKey).not.to.equal(site.identity.client.privateKey);
    expect(await callAs(site)).to.equal('mercy');
    expect(await certificateEvents(coordinator)).to.deep.equal(['certificate issued']);
    expect(await callAs(renewed)).to.equal('mercy');
    const refusal = await expectError('certificate-refused', callAs(site));
    expect(refusal.detail).to.equal('No enrolled site has this certificate.');
    expect(await callAs(renewed)).to.equal('mercy');
    expect(await certificateEvents(coordinator)).to.deep.equal(['certificate issued', 'certificate renewed']);
    expect(await coordinator.store.read.sites.find('mercy')).to.include({ certificateFingerprint: fingerprintOf(renewed), renewal: null });
  });

  it('is not asked for while more than a third of the certificate\'s life is left', async () => {
    await using federation = await startSite();
    const { coordinator, site } = federation;
    using channel = new Channel(site.identity, systemClock);
    const stop = new AbortController();
    let looks = 0;
    const clock: Clock = {
      nowMs: () => {
        if (++looks === 3) stop.abort();
        return systemClock.nowMs() + 260 * dayMs; // 138 of 399 days left
      },
    };
    await new CertificateRenewal({ site, channel, clock, log: silentLogger, checkEveryMs: 1 }).keepUp(stop.signal);
    expect(looks).to.equal(3);
    expect(await certificateEvents(coordinator)).to.deep.equal([]);
  });

  it('gets the same certificate when the reply is lost and the request comes again', async () => {
    const clock = new ActingClock();
    await using federation = await startSite({ clock });
    const { coordinator, site } = federation;
    await using relay = await startRelay(site.identity.address);
    clock.onRead(3, () => relay.cut()); // twice to let the caller in, then to issue the certificate
    await renewOnce(site, relay.address);
    expect(clock.acted).to.equal(true);
    expect(await certificateEvents(coordinator)).to.deep.equal(['certificate issued']);
    expect(await callAs(openSiteFolder(site.folder))).to.equal('mercy');
  });

  it('takes another request in place of one whose certificate was never shown', async () => {
    await using federation = await startSite();
    const { site } = federation;
    await renewOnce(site);
    const lost = openSiteFolder(site.folder);
    await renewOnce(site);
    await expectError('certificate-refused', callAs(lost));
    expect(await callAs(site)).to.equal('mercy');
    expect(await callAs(openSiteFolder(site.folder))).to.equal('mercy');
  });

  it('goes on with either pair when the agent is killed between writing and showing the new one', async () => {
    await using federation = await startSite();
    const { site } = federation;
    const source = `
      import { CertificateRenewal } from '${new URL('../../../site-agent/identity/certificate-renewal.ts', import.meta.url)}';
      import { openSiteFolder } from '${new URL('../../../site-agent/identity/site-folder.ts', import.meta.url)}';
      import { Channel } from '${new URL('../../../site-agent/link/channel.ts', import.meta.url)}';
      const site = openSiteFolder(${JSON.stringify(site.folder)});
      const clock = { nowMs: () => Date.now() + ${300 * dayMs} };
      const channel = new Channel(site.identity, clock);
      channel.renew = () => process.kill(process.pid, 'SIGKILL');
      const log = { info() {}, warn(...line) { console.error(...line) } };
      await new CertificateRenewal({ site, channel, clock, log }).keepUp(new AbortController().signal);`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'ignore', 'inherit'] });
    const [, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
    expect(killedBy).to.equal('SIGKILL');
    const restarted = openSiteFolder(site.folder);
    expect(fingerprintOf(restarted)).not.to.equal(fingerprintOf(site));
    expect(await callAs(restarted)).to.equal('mercy');
  });

  it('is refused to whoever has the TLS key alone', async () => {
    await using federation = await startSite();
    const { coordinator, site } = federation;
    await using other = await startSite();
    const refused: string[] = [];
    const stop = new AbortController();
    using channel = new Channel(site.identity, systemClock);
    const log = { ...silentLogger, warn: (_message: string, fields?: object) => (refused.push((fields as { code: string }).code), stop.abort()) };
    await new CertificateRenewal({ site: { ...site, signingKey: other.site.signingKey }, channel, clock: new SetClock(300 * dayMs), log, checkEveryMs: 1 }).keepUp(stop.signal);
    expect(refused).to.deep.equal(['signature-invalid']);
    expect(await certificateEvents(coordinator)).to.deep.equal([]);
    expect(fingerprintOf(openSiteFolder(site.folder))).to.equal(fingerprintOf(site));
  });

  it('lets a call that comes too late with the old certificate be tried again', async () => {
    await using federation = await startSite();
    const { site } = federation;
    await renewOnce(site);
    const renewed = openSiteFolder(site.folder);
    await using relay = await startRelay(site.identity.address);
    using channel = new Channel({ ...site.identity, address: relay.address }, systemClock);
    await channel.unary(services.studies.GetPlan, {}, { signal });
    const release = relay.hold();
    const late = expectError('coordinator-unreachable', channel.unary(services.studies.GetPlan, {}, { signal }));
    for (let turns = 0; turns < 20; turns++) await turn(); // gRPC hands the call to the connection
    channel.renew(renewed.identity.client);
    expect(await callAs(renewed)).to.equal('mercy');
    release();
    expect((await late).detail).to.contain('came too late');
    expect((await channel.unary(services.studies.GetPlan, {}, { signal })).json.toString()).to.equal('mercy');
  });

  it('lets a call that is under way end on the connection that it began on', async () => {
    const chunks = 20;
    const begun = Promise.withResolvers<void>();
    await using stack = new AsyncDisposableStack();
    const parent = stack.use(temporaryFolder());
    const coordinator = stack.use(
      await startTestCoordinator({
        services: (adapter): ServedService[] => [
          {
            definition: services.contributions,
            handlers: {
              Upload: adapter.clientStream(async (_site, messages: AsyncIterable<{ ciphertexts: Buffer | null }>) => {
                let bytes = 0;
                for await (const { ciphertexts } of messages) {
                  bytes += ciphertexts?.length ?? 0;
                  begun.resolve();
                }
                return { digest: String(bytes) };
              }),
            },
          },
          { definition: services.studies, handlers: { GetPlan: adapter.unary(({ name }) => ({ json: Buffer.from(name) })) } },
        ],
      }),
    );
    const site = await joinFederation(join(parent.path, 'site'), await coordinator.invite('mercy'), { signal });
    using channel = new Channel(site.identity, systemClock);
    const taken = Promise.withResolvers<void>();
    const upload = channel.clientStream(services.contributions.Upload, (async function* () {
      yield { ciphertexts: Buffer.alloc(1000) };
      await taken.promise;
      for (let sent = 1; sent < chunks; sent++) yield { ciphertexts: Buffer.alloc(1000) };
    })(), { signal });
    await begun.promise;
    const renewed = new AbortController();
    channel.renewed.addEventListener('abort', () => renewed.abort());
    await new CertificateRenewal({ site, channel, clock: new SetClock(300 * dayMs), log: silentLogger, checkEveryMs: 1 }).keepUp(renewed.signal);
    expect((await channel.unary(services.studies.GetPlan, {}, { signal })).json.toString()).to.equal('mercy');
    expect(await certificateEvents(coordinator)).to.include('certificate renewed');
    taken.resolve();
    expect((await upload).digest).to.equal(String(1000 * chunks));
  });
});

/** The system's clock, which does something at one of its readings: a moment inside the coordinator. */
class ActingClock implements Clock {
  acted = false;
  #left = 0;
  #act: (() => void) | undefined;

  onRead(readings: number, act: () => void): void {
    this.#left = readings;
    this.#act = act;
  }

  nowMs(): number {
    if (--this.#left === 0) {
      this.acted = true;
      this.#act?.();
    }
    return systemClock.nowMs();
  }
}
