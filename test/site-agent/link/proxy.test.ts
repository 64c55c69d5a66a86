import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from '../../../coordinator/federation/certificate-authority.ts';
import { systemClock } from '../../../shared/clock.ts';
import { services } from '../../../shared/wire/services.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import type { ChannelIdentity } from '../../../site-agent/link/channel-identity.ts';
import { Channel } from '../../../site-agent/link/channel.ts';
import type { Proxy } from '../../../site-agent/link/proxy-tunnel.ts';
import { startConnectProxy, type ConnectProxy, type ConnectProxyOptions } from '../../support/connect-proxy.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;
const login = 'mercy:se:cret';

describe('a site behind a proxy', () => {
  let parent: TemporaryFolder;
  let coordinator: TestCoordinator;
  let identity: ChannelIdentity;
  let hospital: CertificateAuthority;
  let folders = 0;
  before(async () => {
    parent = temporaryFolder();
    coordinator = await startTestCoordinator({ hosts: ['coordinator.hospital.test'] });
    ({ identity } = await joinFederation(newFolder(), await coordinator.invite('mercy'), { signal }));
    hospital = await CertificateAuthority.create('Hospital', systemClock.nowMs());
  });
  after(async () => {
    await coordinator[Symbol.asyncDispose]();
    parent[Symbol.dispose]();
  });

  const newFolder = () => join(parent.path, `site-${folders++}`);
  const loginFile = (text = login, mode = 0o600) => {
    const file = join(parent.path, `login-${folders++}`);
    writeFileSync(file, text, { mode });
    chmodSync(file, mode);
    return file;
  };
  async function tlsProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
    const { chain, privateKey } = await hospital.issueServerCertificate([], systemClock.nowMs());
    return startConnectProxy({ ...options, tls: { cert: chain, key: privateKey } });
  }

  /** Asks the coordinator as whom it knows this site. */
  async function call({ address }: ConnectProxy, proxy: Partial<Proxy> = {}, changes: Partial<ChannelIdentity> = {}): Promise<string> {
    using channel = new Channel({ ...identity, ...changes, proxy: { address, tls: false, authorities: [], ...proxy } }, systemClock);
    return (await channel.unary(services.enrolment.Describe, {}, { signal, timeoutMs: 10_000 })).caller;
  }

  it('is known to the coordinator by its own certificate: mutual TLS goes through the tunnel', async () => {
    await using proxy = await startConnectProxy();
    expect(await call(proxy)).to.equal('mercy');
    expect([proxy.asked, proxy.tunnels]).to.deep.equal([[`127.0.0.1:${coordinator.address.port}`], 1]);
  });

  it('leaves the name of the coordinator to the proxy', async () => {
    await using proxy = await startConnectProxy({ hosts: { 'coordinator.hospital.test': '127.0.0.1' } });
    const { port } = coordinator.address;
    expect(await call(proxy, {}, { address: { host: 'coordinator.hospital.test', port } })).to.equal('mercy');
    expect(proxy.asked).to.deep.equal([`coordinator.hospital.test:${port}`]);
  });

  it('logs in, and says which login was asked for or refused without repeating it', async () => {
    await using proxy = await startConnectProxy({ login });
    expect(await call(proxy, { login })).to.equal('mercy');
    const needed = await expectError('proxy-login-needed', call(proxy));
    expect(needed.detail).to.contain('offers Basic');
    const refused = await expectError('proxy-login-refused', call(proxy, { login: 'mercy:wrong-word' }));
    expect(JSON.stringify(refused) + refused.forPerson()).not.to.contain('wrong-word');
    expect(refused.entry.retryable).to.equal(false);
    expect(proxy.asked, 'a login is tried once a call, so that no account is locked').to.have.length(3);
  });

  it('says when the proxy wants a login that it cannot do', async () => {
    await using proxy = await startConnectProxy({ login, challenge: 'Negotiate, NTLM' });
    const error = await expectError('proxy-login-needed', call(proxy, { login: 'mercy:other' }));
    expect(error.detail).to.contain('offers Negotiate, NTLM, and Consilium can log in with Basic only');
  });

  it('speaks TLS to a proxy that the hospital\'s authority vouches for, and to no other', async () => {
    await using proxy = await tlsProxy({ login });
    expect(await call(proxy, { tls: true, login, authorities: [hospital.certificate.toString()] })).to.equal('mercy');
    const refused = await expectError('proxy-certificate-refused', call(proxy, { tls: true, login }));
    expect(refused.detail).to.contain('O=Hospital');
    expect(proxy.asked, 'the login goes to a trusted proxy only').to.have.length(1);
    await using plain = await startConnectProxy();
    expect((await expectError('proxy-unreachable', call(plain, { tls: true }))).detail).to.contain('does not speak TLS');
  });

  it('never takes another server for the coordinator, whoever vouches for it', async () => {
    await using impostor = await startTestCoordinator();
    const hospitalsOwn = impostor.folder.authority.certificate.toString();
    await using proxy = await startConnectProxy({ instead: impostor.address });
    await expectError('coordinator-certificate-refused', call(proxy, { authorities: [hospitalsOwn] }));
  });

  it('says which hop fails', async () => {
    await using forbidding = await startConnectProxy({ answers: 403 });
    expect((await expectError('proxy-forbids', call(forbidding))).detail).to.contain('answers 403');
    await using proxy = await startConnectProxy();
    const { port } = await (async () => {
      await using gone = await startConnectProxy();
      return gone.address;
    })();
    const beyond = await expectError('coordinator-unreachable', call(proxy, {}, { address: { host: '127.0.0.1', port } }));
    expect(beyond.detail).to.contain(`The proxy 127.0.0.1:${proxy.address.port} does not reach 127.0.0.1:${port}`);
    const absent = await expectError('proxy-unreachable', call({ ...proxy, address: { host: '127.0.0.1', port } }));
    expect(absent.detail).to.contain('refuses the connection');
    const unknown = await expectError('proxy-unreachable', call({ ...proxy, address: { host: 'proxy.invalid', port } }));
    expect(unknown.detail).to.contain('name that cannot be resolved');
  });

  it('joins through it, and finds the proxy again in site.json and the login in its file', async () => {
    await using proxy = await tlsProxy({ login });
    const authorities = join(parent.path, 'hospital.pem');
    writeFileSync(authorities, hospital.certificate.toString());
    const folder = newFolder();
    const network = { proxy: { url: proxy.url, loginFile: loginFile(`${login}\n`) }, certificateAuthorities: authorities };
    await joinFederation(folder, await coordinator.invite('north'), { signal, network });
    const tunnels = proxy.tunnels;
    expect(tunnels).to.be.greaterThan(0);
    using channel = new Channel(openSiteFolder(folder).identity, systemClock);
    expect((await channel.unary(services.enrolment.Describe, {}, { signal })).caller).to.equal('north');
    expect(proxy.tunnels).to.equal(tunnels + 1);
    expect(readFileSync(join(folder, 'site.json'), 'utf8')).not.to.contain('cret');
  });

  describe('refuses settings', () => {
    const joining = async (network: object) => joinFederation(newFolder(), await coordinator.invite('south'), { signal, network });
    const problem = async (network: object) => (await expectError('invalid-settings', joining(network))).problems[0];

    it('with a login in the address, and does not repeat it', async () => {
      const found = await problem({ proxy: { url: 'http://mercy:secret@127.0.0.1:3128' } });
      expect(found).to.deep.equal({ path: 'network.proxy.url', message: 'holds a login; write it into a file of its own and name that as network.proxy.loginFile' });
    });

    it('with an address that is none', async () => {
      expect((await problem({ proxy: { url: 'socks5://127.0.0.1:1080' } }))?.message).to.contain('http:// or https://');
      expect((await problem({ proxy: { url: 'http://127.0.0.1:3128/path' } }))?.message).to.contain('is not an address');
    });

    it('whose login is not one, and does not quote it', async () => {
      const found = await problem({ proxy: { url: 'http://127.0.0.1:3128', loginFile: loginFile('topsecret') } });
      expect(found?.message).to.equal('is not one line user:password');
      expect((await problem({ proxy: { url: 'http://127.0.0.1:3128', loginFile: join(parent.path, 'none') } }))?.message).to.contain('ENOENT');
    });

    it('whose login others may read', async () => {
      const { problems } = await expectError('file-not-private', joining({ proxy: { url: 'http://127.0.0.1:3128', loginFile: loginFile(login, 0o644) } }));
      expect(problems[0]?.message).to.contain('chmod go-rwx');
    });

    it('whose certificate authorities are none', async () => {
      expect((await problem({ certificateAuthorities: loginFile('no certificate') }))?.message).to.contain('does not hold certificates');
    });
  });
});
