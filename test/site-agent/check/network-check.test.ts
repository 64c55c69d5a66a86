import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from '../../../coordinator/federation/certificate-authority.ts';
import { systemClock } from '../../../shared/clock.ts';
import { checkSite } from '../../../site-agent/check/check-site.ts';
import type { Finding } from '../../../site-agent/check/finding.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { startConnectProxy } from '../../support/connect-proxy.ts';
import { startInspectingFirewall } from '../../support/inspecting-firewall.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;

describe('check names the hop that fails', () => {
  let parent: TemporaryFolder;
  let coordinator: TestCoordinator;
  let folder: string;
  let coordinatorAt: string;
  before(async () => {
    parent = temporaryFolder();
    coordinator = await startTestCoordinator();
    coordinatorAt = `127.0.0.1:${coordinator.address.port}`;
    folder = join(parent.path, 'site');
    await joinFederation(folder, await coordinator.invite('mercy'), { signal });
  });
  after(async () => {
    await coordinator[Symbol.asyncDispose]();
    parent[Symbol.dispose]();
  });

  const file = (name: string, text: string) => {
    writeFileSync(join(parent.path, name), text, { mode: 0o600 });
    return join(parent.path, name);
  };

  /** The findings on the way to the coordinator, with the network and coordinator of `site.json` as given. */
  async function check(network: object, options: { coordinator?: string; environment?: NodeJS.ProcessEnv; measure?: boolean } = {}): Promise<Finding[]> {
    const settings = join(folder, 'site.json');
    writeFileSync(settings, JSON.stringify({ ...JSON.parse(readFileSync(settings, 'utf8')), network, coordinator: options.coordinator ?? coordinatorAt }));
    const findings = await checkSite(folder, { signal, environment: {}, describeEngine: () => Promise.resolve('cpu'), ...options });
    const begin = findings.findIndex(({ step }) => step === 'proxy');
    return findings.slice(begin, findings.findIndex(({ step }) => step === 'validity'));
  }

  /** The one step that is wrong; all before it are right, and none after it is examined. */
  function theWrongOne(findings: readonly Finding[]): Finding {
    const at = findings.findIndex(({ result }) => result === 'wrong');
    expect(findings.map(({ result }) => result), JSON.stringify(findings)).to.deep.equal([...Array<string>(at).fill('ok'), 'wrong', ...Array<string>(findings.length - at - 1).fill('not-examined')]);
    return findings[at] as Finding;
  }

  it('and finds every hop through a proxy right, and measures a call', async () => {
    await using proxy = await startConnectProxy({ login: 'mercy:secret' });
    const findings = await check({ proxy: { url: proxy.url, loginFile: file('login', 'mercy:secret') } }, { measure: true });
    expect(findings.map(({ step, result }) => `${step}: ${result}`)).to.deep.equal(
      ['proxy', 'proxy address', 'proxy tcp', 'tunnel', 'tls', 'certificate', 'clock', 'round trip'].map((step) => `${step}: ok`),
    );
    expect(findings[0]?.message).to.equal(`The way goes through the proxy ${proxy.url}, with a login, which anyone on the way to the proxy can read.`);
    expect(findings.at(-1)?.message).to.match(/^A call and its answer take \d+\.\d ms \(5 calls: \d+\.\d ms to \d+\.\d ms\)\.$/);
    expect(JSON.stringify(findings)).not.to.contain('secret');
  });

  it('the name of the proxy', async () => {
    const { step, message, next } = theWrongOne(await check({ proxy: { url: 'http://proxy.invalid:3128' } }));
    expect([step, message]).to.deep.equal(['proxy address', 'The proxy on the way to the coordinator cannot be reached. The name proxy.invalid cannot be resolved.']);
    expect(next).to.contain('network.proxy.url');
  });

  it('a proxy that nobody runs', async () => {
    const { url } = await (async () => {
      await using gone = await startConnectProxy();
      return gone;
    })();
    const { step, message } = theWrongOne(await check({ proxy: { url } }));
    expect(step).to.equal('proxy tcp');
    expect(message).to.contain('refuses the connection; nothing listens there');
  });

  it('a proxy whose certificate only the hospital\'s own authority vouches for', async () => {
    const hospital = await CertificateAuthority.create('Hospital', systemClock.nowMs());
    const { chain, privateKey } = await hospital.issueServerCertificate([], systemClock.nowMs());
    await using proxy = await startConnectProxy({ tls: { cert: chain, key: privateKey } });
    const { step, message, next } = theWrongOne(await check({ proxy: { url: proxy.url } }));
    expect([step, message.includes('O=Hospital')]).to.deep.equal(['proxy tls', true]);
    expect(next).to.contain('network.certificateAuthorities');
    const mended = await check({ proxy: { url: proxy.url }, certificateAuthorities: file('hospital.pem', hospital.certificate.toString()) });
    expect(mended.map(({ result }) => result)).to.deep.equal(Array(8).fill('ok'));
  });

  const tunnels = [
    ['that asks for a login', { login: 'a:b' }, undefined, 'The proxy asks for a login.'],
    ['that refuses the login, which is tried once', { login: 'a:b' }, 'a:c', 'The proxy refuses the login.'],
    ['that forbids CONNECT', { answers: 403 }, undefined, 'The proxy does not let this machine connect to the coordinator.'],
    ['that is a web server', { answers: 405 }, undefined, 'answers 405'],
  ] as const;
  for (const [title, options, login, told] of tunnels) {
    it(`a proxy ${title}`, async () => {
      await using proxy = await startConnectProxy(options);
      const { step, message } = theWrongOne(await check({ proxy: { url: proxy.url, ...(login !== undefined && { loginFile: file('other-login', login) }) } }));
      expect(step).to.equal('tunnel');
      expect(message).to.contain(told);
      expect(proxy.asked).to.deep.equal([coordinatorAt]);
    });
  }

  it('a coordinator that the proxy does not reach', async () => {
    await using proxy = await startConnectProxy();
    const { step, message } = theWrongOne(await check({ proxy: { url: proxy.url } }, { coordinator: 'coordinator.invalid:8443' }));
    expect([step, message.endsWith('does not reach coordinator.invalid:8443 (it answers 502).')]).to.deep.equal(['tunnel', true]);
  });

  it('a firewall that opens TLS, with its certificate, and says that no certificate mends it', async () => {
    await using firewall = await startInspectingFirewall();
    const authorities = { certificateAuthorities: file('firewall.pem', firewall.authority) };
    const { step, message, next } = theWrongOne(await check(authorities, { coordinator: `127.0.0.1:${firewall.address.port}` }));
    expect(step).to.equal('tls');
    expect(message).to.contain('Something on the way opens the TLS connection').and.to.contain('a certificate from "CN=FortiGate CA, O=Hospital IT"');
    expect(next).to.contain('inspection can never work here, whatever certificates are installed');
    await using proxy = await startConnectProxy({ instead: firewall.address });
    expect(theWrongOne(await check({ ...authorities, proxy: { url: proxy.url } })).step).to.equal('tls');
  });

  it('a coordinator of another federation, which is no firewall', async () => {
    await using other = await startTestCoordinator();
    const { step, message } = theWrongOne(await check({}, { coordinator: `127.0.0.1:${other.address.port}` }));
    expect(step).to.equal('tls');
    expect(message).to.contain('a certificate that this federation did not issue');
  });

  it('and a proxy of the shell that the agent does not use', async () => {
    const [found] = await check({}, { environment: { HTTPS_PROXY: 'http://user:secret@proxy.example' } });
    expect(found).to.include({ result: 'warning', message: 'HTTPS_PROXY is set and not used: site.json names no proxy.' });
    await using proxy = await startConnectProxy();
    expect((await check({ proxy: { url: proxy.url } }, { environment: { HTTPS_PROXY: 'http://proxy.example' } }))[0]?.result).to.equal('ok');
  });

  it('and says in words which setting of the network is not right', async () => {
    await check({ uploadBytesPerSecond: 10 });
    const settings = (await checkSite(folder, { signal, environment: {}, describeEngine: () => Promise.resolve('cpu') })).find(({ step }) => step === 'settings');
    expect(settings?.message).to.contain('site.json.network.uploadBytesPerSecond: must be at least 8192 bytes a second.');
  });
});
