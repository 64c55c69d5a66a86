import { spawn } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock, type Clock } from '../../../shared/clock.ts';
import { writeDurableFile } from '../../../shared/files/durable-file.ts';
import { lockFolder } from '../../../shared/files/folder-lock.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { rawPublicKey } from '../../../shared/statements/signature.ts';
import { certificateFingerprint } from '../../../shared/tls/fingerprint.ts';
import { Cohorts } from '../../../site-agent/agreement/cohorts.ts';
import { SignedManifests } from '../../../site-agent/agreement/signed-manifests.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import { openSiteFolder } from '../../../site-agent/identity/site-folder.ts';
import { expectError } from '../../support/expect-error.ts';
import { startRelay } from '../../support/relay.ts';
import { dayMs, minuteMs, SetClock } from '../../support/set-clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator, type TestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;

describe('join', () => {
  it('makes the folder a site that the coordinator knows by its certificate and keys', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const folder = join(parent.path, 'site');
    const site = await joinFederation(folder, await coordinator.invite('mercy'), { signal });

    const known = await coordinator.store.read.sites.find('mercy');
    const certificate = new X509Certificate(site.identity.client!.certificate);
    expect(known?.certificateFingerprint).to.equal(certificateFingerprint(certificate.raw));
    expect(Buffer.from(known!.signingKey)).to.deep.equal(rawPublicKey(site.signingKey));
    expect(Buffer.from(known!.agreementKey)).to.deep.equal(rawPublicKey(site.agreementKey));
    expect(certificate.subject).to.equal('CN=mercy');
    expect(site.settings).to.deep.include({ coordinator: coordinator.address, site: 'mercy', dataSets: {}, engine: 'auto' });
    expect(site.settings.federation.id).to.equal(coordinator.folder.federation.id);
    expect(openSiteFolder(folder).settings).to.deep.equal(site.settings);

    const audit = await coordinator.store.read.audit.list(0, 10);
    expect(audit.map(({ actor, action, subject }) => [actor, action, subject])).to.deep.equal([
      ['operator', 'site invited', 'mercy'],
      ['site mercy', 'site enrolled', 'mercy'],
    ]);
  });

  it('keeps the keys from other users of the machine', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const folder = join(parent.path, 'site');
    await joinFederation(folder, await coordinator.invite('mercy'), { signal });
    for (const file of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
      expect(statSync(join(folder, file)).mode & 0o077, file).to.equal(0);
    }
  });

  it('stores the token neither at the site nor at the coordinator', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const folder = join(parent.path, 'site');
    const bundle = await coordinator.invite('mercy');
    const token = bundle.split('\n')[1]!;
    await joinFederation(folder, bundle, { signal });
    const written = ['site.json', 'keys/tls.pem'].map((file) => readFileSync(join(folder, file), 'utf8')).join();
    expect(written).not.to.contain(token);
    expect(await coordinator.store.read.enrolmentTokens.find(sha256Hex(token))).to.deep.include({ site: 'mercy' });
    for (const file of [coordinator.folder.databaseFile, `${coordinator.folder.databaseFile}-wal`]) {
      if (existsSync(file)) expect(readFileSync(file).includes(token), file).to.equal(false);
    }
  });

  describe('in the place of a site that is set up anew', () => {
    const question = { study: 'small-study', weightsDigest: 'w', part: 'update', purpose: 'training' } as const;
    const signedOver = (...sites: string[]) => ({ round: 'small-study-1.1', attempt: 1, manifest: 'm', sites });
    let parent: TemporaryFolder;
    let coordinator: TestCoordinator;
    let [earlier, folder] = ['', ''];
    const state = (of: string, ...path: string[]) => join(of, 'state', ...path);
    beforeEach(async () => {
      parent = temporaryFolder();
      [earlier, folder] = [join(parent.path, 'earlier'), join(parent.path, 'site')];
      coordinator = await startTestCoordinator();
      await joinFederation(earlier, await coordinator.invite('mercy'), { signal });
      await new SignedManifests(state(earlier, 'agreement', 'signed')).claim(question, signedOver('mercy', 'north', 'south'));
      await new Cohorts(state(earlier, 'agreement', 'cohorts')).fix('small-study', 'r', ['mercy', 'north', 'south'], []);
      for (const other of ['ledger/ledger.jsonl', 'keys/small-study-1/group-key', 'consent/decisions/small-study.1.json', 'runs/small-study-1/identity.json', 'training-secret']) {
        await writeDurableFile(state(earlier, other), 'of the earlier site');
      }
    });
    afterEach(async () => {
      await coordinator[Symbol.asyncDispose]();
      parent[Symbol.dispose]();
    });
    const joinAnew = async (memoryOf: string) => joinFederation(folder, await coordinator.invite('mercy', { replaces: true }), { signal, memoryOf });

    it('goes on to know what was signed, over which sites, and nothing else of the earlier folder', async () => {
      const before = openSiteFolder(earlier);
      const anew = await joinAnew(earlier);
      expect(rawPublicKey(anew.signingKey)).not.to.deep.equal(rawPublicKey(before.signingKey));
      expect(readdirSync(state(folder))).to.deep.equal(['agreement']);
      const signed = new SignedManifests(state(folder, 'agreement', 'signed'));
      await signed.claim(question, signedOver('south', 'north', 'mercy'));
      await expectError('base-already-summed', signed.claim(question, signedOver('mercy', 'north')));
      await expectError('cohort-changed', new Cohorts(state(folder, 'agreement', 'cohorts')).fix('small-study', 'r', ['mercy', 'north'], []));
    });

    it('without memory of what it signed takes none along', async () => {
      rmSync(state(earlier, 'agreement'), { recursive: true });
      await joinAnew(earlier);
      expect(existsSync(state(folder))).to.equal(false);
    });

    it('is refused while the earlier one is at work, into a folder that is not empty, and with the folder of no site or of another federation: the bundle stays good', async () => {
      await using other = await startTestCoordinator();
      const stranger = join(parent.path, 'stranger');
      await joinFederation(stranger, await other.invite('mercy'), { signal });
      const bundle = await coordinator.invite('mercy', { replaces: true });
      const anew = (memoryOf: string) => joinFederation(folder, bundle, { signal, memoryOf });
      {
        using _atWork = lockFolder(earlier);
        await expectError('folder-locked', anew(earlier));
      }
      await expectError('site-not-joined', anew(parent.path));
      expect((await expectError('invalid-request', anew(stranger))).message).to.contain('another federation');
      await expectError('site-already-joined', joinFederation(earlier, bundle, { signal, memoryOf: earlier }));
      mkdirSync(folder);
      writeFileSync(join(folder, 'something'), '');
      await expectError('folder-in-use', anew(earlier));
      rmSync(folder, { recursive: true });
      expect((await anew(earlier)).settings.site).to.equal('mercy');
    });
  });

  describe('is refused, and leaves no folder behind,', () => {
    async function expectRefusal(code: Parameters<typeof expectError>[0], bundle: string, clock: Clock = systemClock) {
      using parent = temporaryFolder();
      const error = await expectError(code, joinFederation(join(parent.path, 'site'), bundle, { signal, clock }));
      expect(readdirSync(parent.path)).to.deep.equal([]);
      return error;
    }

    it('with a token that was used', async () => {
      using parent = temporaryFolder();
      await using coordinator = await startTestCoordinator();
      const bundle = await coordinator.invite('mercy');
      await joinFederation(join(parent.path, 'first'), bundle, { signal });
      await expectRefusal('token-used', bundle);
    });

    it('with a token that has expired', async () => {
      const clock = new SetClock();
      await using coordinator = await startTestCoordinator({ clock });
      const bundle = await coordinator.invite('mercy');
      clock.aheadMs = 7 * dayMs + minuteMs;
      await expectRefusal('token-expired', bundle, clock);
    });

    it('with a token that the coordinator never made', async () => {
      await using coordinator = await startTestCoordinator();
      const [address, , fingerprint] = (await coordinator.invite('mercy')).split('\n');
      await expectRefusal('token-unknown', [address, 'A'.repeat(43), fingerprint].join('\n'));
    });

    it('with the fingerprint of another federation, before the token is sent', async () => {
      await using coordinator = await startTestCoordinator();
      await using other = await startTestCoordinator();
      const [address, token] = (await coordinator.invite('mercy')).split('\n');
      const [, , fingerprint] = (await other.invite('mercy')).split('\n');
      await expectRefusal('fingerprint-mismatch', [address, token, fingerprint].join('\n'));
      expect(await coordinator.store.read.enrolmentTokens.find(sha256Hex(token!))).to.deep.include({ use: null });
    });

    it('at an address that the coordinator\'s certificate does not name', async function () {
      if (process.platform !== 'linux') this.skip(); // other systems have one loopback address only
      await using coordinator = await startTestCoordinator();
      await using relay = await startRelay(coordinator.address, '127.0.0.2');
      const error = await expectRefusal('coordinator-name-mismatch', await coordinator.invite('mercy', { address: relay.address }));
      expect(error.detail).to.contain('127.0.0.2').and.to.contain('DNS:localhost');
    });

    for (const [minutes, word] of [[60, 'ahead'], [-60, 'behind']] as const) {
      it(`by a clock an hour ${word}, saying both times, before the token is sent`, async () => {
        await using coordinator = await startTestCoordinator();
        const bundle = await coordinator.invite('mercy');
        const error = await expectRefusal('clock-wrong', bundle, new SetClock(minutes * minuteMs));
        expect(error.detail).to.match(new RegExp(`^Here it is \\d.*Z, at the coordinator \\d.*Z: 3\\d\\d\\d seconds ${word}\\.$`));
        expect(await coordinator.store.read.sites.list()).to.deep.equal([]);
      });
    }

    it('by a clock years behind, which makes every certificate look wrong', async () => {
      await using coordinator = await startTestCoordinator();
      await expectRefusal('clock-wrong', await coordinator.invite('mercy'), { nowMs: () => 0 });
    });

    it('when nothing listens', async () => {
      const bundle = await (async () => {
        await using coordinator = await startTestCoordinator();
        return coordinator.invite('mercy');
      })();
      const error = await expectRefusal('coordinator-unreachable', bundle);
      expect(error.detail).to.contain('refuses the connection');
    });

    it('with a bundle that is not the newest for the site', async () => {
      await using coordinator = await startTestCoordinator();
      const earlier = await coordinator.invite('mercy');
      await coordinator.invite('mercy');
      await expectRefusal('token-expired', earlier);
    });

    it('when the site of that name was enrolled with another token, which only a bundle that replaces may undo', async () => {
      using parent = temporaryFolder();
      await using coordinator = await startTestCoordinator();
      await joinFederation(join(parent.path, 'first'), await coordinator.invite('mercy'), { signal });
      const bundle = await coordinator.invite('mercy', { replaces: true });
      const tokenHash = sha256Hex(bundle.split('\n')[1]!);
      const token = (await coordinator.store.read.enrolmentTokens.find(tokenHash))!;
      await coordinator.store.transaction(({ enrolmentTokens }) => enrolmentTokens.insert({ ...token, tokenHash: sha256Hex('A'.repeat(43)), replaces: false }));
      await expectRefusal('bundle-superseded', bundle.replace(/\n.*\n/, `\n${'A'.repeat(43)}\n`));
    });
  });

  it('may replace an enrolled site when the bundle was made for that', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    await joinFederation(join(parent.path, 'first'), await coordinator.invite('mercy'), { signal });
    await expectError('site-exists', coordinator.invite('mercy'));
    const again = await joinFederation(join(parent.path, 'second'), await coordinator.invite('mercy', { replaces: true }), { signal });
    const sites = await coordinator.store.read.sites.list();
    expect(sites.map((site) => Buffer.from(site.signingKey))).to.deep.equal([rawPublicKey(again.signingKey)]);
  });

  it('is refused in a folder that is a site already, or holds anything', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const folder = join(parent.path, 'site');
    await joinFederation(folder, await coordinator.invite('mercy'), { signal });
    await expectError('site-already-joined', joinFederation(folder, await coordinator.invite('clinic'), { signal }));
    writeFileSync(join(parent.path, 'thesis.txt'), '');
    await expectError('folder-in-use', joinFederation(parent.path, await coordinator.invite('clinic'), { signal }));
  });

  it('succeeds when the reply is lost, with the certificate that was issued', async () => {
    using parent = temporaryFolder();
    const clock = new WatchedClock();
    await using coordinator = await startTestCoordinator({ clock });
    await using relay = await startRelay(coordinator.address);
    const bundle = await coordinator.invite('mercy', { address: relay.address });
    clock.onRead(2, () => relay.cut()); // the first reading is Describe's, the second Enrol's
    const site = await joinFederation(join(parent.path, 'site'), bundle, { signal });
    const known = await coordinator.store.read.sites.find('mercy');
    expect(known?.certificateFingerprint).to.equal(certificateFingerprint(new X509Certificate(site.identity.client!.certificate).raw));
    expect(await coordinator.store.read.audit.list(0, 10)).to.have.length(2);
  });

  it('leaves nothing when it is killed while it enrols', async () => {
    using parent = temporaryFolder();
    const clock = new WatchedClock();
    await using coordinator = await startTestCoordinator({ clock });
    const bundle = await coordinator.invite('mercy');
    const source = `
      import { joinFederation } from '${new URL('../../../site-agent/identity/join.ts', import.meta.url)}';
      await joinFederation(${JSON.stringify(join(parent.path, 'site'))}, ${JSON.stringify(bundle)}, { signal: new AbortController().signal });`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', source], { stdio: ['ignore', 'ignore', 'inherit'] });
    clock.onRead(2, () => child.kill('SIGKILL'));
    const [, killedBy] = (await once(child, 'exit')) as [number | null, string | null];
    expect(killedBy).to.equal('SIGKILL');
    expect(readdirSync(parent.path)).to.deep.equal([]);
  });

  it('can be cancelled while the coordinator keeps silent', async () => {
    using parent = temporaryFolder();
    await using coordinator = await startTestCoordinator();
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const caller = new AbortController();
    const connected = once(silent, 'connection');
    const { port } = silent.address() as AddressInfo;
    const joining = joinFederation(join(parent.path, 'site'), await coordinator.invite('mercy', { address: { host: '127.0.0.1', port } }), { signal: caller.signal });
    const [socket] = (await connected) as [Socket];
    caller.abort();
    await expectError('cancelled', joining);
    expect(readdirSync(parent.path)).to.deep.equal([]);
    socket.destroy();
    silent.close();
  });
});

/** The system's clock, which tells when it is read: the moments at which the coordinator handles a call. */
class WatchedClock implements Clock {
  #readings = 0;
  #act: (() => void) | undefined;

  onRead(readings: number, act: () => void): void {
    this.#readings = readings;
    this.#act = act;
  }

  nowMs(): number {
    this.#readings--;
    if (this.#readings === 0) this.#act?.();
    return systemClock.nowMs();
  }
}
