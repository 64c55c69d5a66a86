import { randomBytes, X509Certificate } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { CertificateAuthority } from '../../coordinator/federation/certificate-authority.ts';
import { createInvitation } from '../../coordinator/enrolment/invitation.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Store } from '../../coordinator/store/store.ts';
import { systemClock } from '../../shared/clock.ts';
import { formatBundle } from '../../shared/enrolment/bundle.ts';
import { siteResource } from '../../shared/http-api/site-resource.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { services } from '../../shared/wire/services.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { certificateRequest, makeSiteKeys, siteKeysPem } from '../../site-agent/identity/site-keys.ts';
import type { ChannelIdentity } from '../../site-agent/link/channel-identity.ts';
import { Channel } from '../../site-agent/link/channel.ts';
import { runCommand } from '../support/command.ts';
import { expectError } from '../support/expect-error.ts';
import { joinSite } from '../support/federation.ts';
import { patience } from '../support/patience.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { shortPlan, smallDataSet, smallTable } from '../support/small-study.ts';

const sites = ['mercy', 'north', 'south'];

describe('whoever uploads under the name of a site', () => {
  let federation: ProgramFederation;
  let run: string;
  let release: () => void;
  before(async () => {
    federation = await startProgramFederation(sites);
    // One site's contribution is held back, so that its place in the round stays open.
    const held = Promise.withResolvers<void>();
    const { promise, resolve } = Promise.withResolvers<void>();
    release = resolve;
    federation.cheater.requests(services.contributions.Upload, async function* (messages, { site, signal }) {
      if (site === 'mercy') {
        held.resolve();
        await Promise.race([promise, new Promise((aborted) => signal.addEventListener('abort', aborted))]);
      }
      yield* messages;
    });
    run = await federation.start(shortPlan({ study: 'borrowed-names', sites, rounds: { count: 1, quorum: 3, deadlineSeconds: 600 } }));
    await held.promise;
  });
  after(() => federation?.[Symbol.asyncDispose]());

  /** Uploads random bytes to the real coordinator as the part that mercy has not sent yet. */
  async function upload(client: ChannelIdentity['client'] | undefined): Promise<void> {
    const { authority } = openSiteFolder(federation.siteFolder('mercy')).identity;
    using channel = new Channel({ authority, address: { host: '127.0.0.1', port: federation.sitePort }, ...(client && { client }) }, systemClock);
    const header = { run, round: `${run}.0`, attempt: 1, part: 'UPDATE' as const, epoch: 1, nonce: randomBytes(16), totalBytes: 32_962, ledgerHead: { sequence: 1, hash: sha256Hex('a line') } };
    await channel.clientStream(services.contributions.Upload, [{ header }, { ciphertexts: randomBytes(32_962) }], { signal: patience() });
  }
  const ofMercy = () => openSiteFolder(federation.siteFolder('mercy')).identity.client!;
  const accepted = async () => (await federation.auditEvents('contribution accepted')).filter(({ actor }) => actor === 'site mercy');

  it('without a certificate is refused', async () => {
    await expectError('certificate-refused', upload(undefined));
  });

  it('with a certificate in its name that another authority made is refused', async () => {
    const stranger = await CertificateAuthority.create('Test federation', Date.now());
    const keys = await makeSiteKeys();
    const issued = await stranger.issueSiteCertificate('mercy', await certificateRequest(keys.tls), Date.now());
    const certificate = new X509Certificate(issued.certificate).toString();
    await expectError('certificate-refused', upload({ certificate, privateKey: (await siteKeysPem(keys)).tls }));
  });

  it('with a certificate in its name that the federation\'s authority made, but for nobody that it enrolled, is refused', async () => {
    const { authority } = await openCoordinatorFolder(federation.coordinatorFolder);
    const keys = await makeSiteKeys();
    const issued = await authority.issueSiteCertificate('mercy', await certificateRequest(keys.tls), Date.now());
    const certificate = new X509Certificate(issued.certificate).toString();
    await expectError('certificate-refused', upload({ certificate, privateKey: (await siteKeysPem(keys)).tls }));
  });

  it('with its certificate but without its key does not get as far as a connection', async () => {
    const { privateKey } = openSiteFolder(federation.siteFolder('north')).identity.client!;
    let refusal: unknown;
    await upload({ certificate: ofMercy().certificate, privateKey }).catch((error: unknown) => (refusal = error));
    expect(String(refusal)).to.match(/key values mismatch/);
  });

  it('as a site that is enrolled, but not a member of the run, is refused', async () => {
    const folder = await openCoordinatorFolder(federation.coordinatorFolder);
    await using store = await Store.open(folder.databaseFile);
    const siteFolder = join(federation.path, 'west');
    await joinSite({ folder, store, port: federation.cheater.port, site: 'west', siteFolder, dataSet: smallDataSet, table: smallTable('west') });
    await expectError('not-a-member', upload(openSiteFolder(siteFolder).identity.client));
  });

  it('leaves no trace among the contributions', async () => {
    expect(await accepted()).to.deep.equal([]);
    const fingerprint = certificateFingerprint(new X509Certificate(ofMercy().certificate).raw);
    expect((await federation.read.sites.findByFingerprint(fingerprint))?.name).to.equal('mercy');
  });

  it('stands in the audit log with every refusal', async () => {
    const refused = await federation.auditEvents('contribution refused');
    expect(refused.map(({ detail }) => detail['code'])).to.include.members(['certificate-refused', 'not-a-member']);
    for (const code of ['certificate-refused', 'not-a-member']) expect(await federation.coordinatorMetric('consilium_refusals_total', { call: 'contribution', code })).to.be.greaterThan(0);
  });

  it('changes nothing about the run, which completes with what the site itself sends', async () => {
    release();
    const { state, reason, rounds } = await federation.runEnds(run);
    expect(state, reason).to.equal('COMPLETED');
    expect(rounds[0]?.contributors).to.have.members(sites);
  });
});

describe('a bundle', () => {
  let federation: ProgramFederation;
  before(async () => {
    federation = await startProgramFederation([]);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  it('that was used is refused to whoever comes with it later, and the first site stays', async () => {
    const folder = await openCoordinatorFolder(federation.coordinatorFolder);
    await using store = await Store.open(folder.databaseFile);
    const address = { host: '127.0.0.1', port: federation.sitePort };
    const { bundle } = await createInvitation(store, systemClock, { actor: 'test', site: 'north', address, fingerprint: folder.authority.fingerprint });
    const file = join(federation.path, 'north.bundle');
    writeFileSync(file, formatBundle(bundle));
    const joinAs = (target: string) => runCommand('consilium-site', ['join', join(federation.path, target), '--bundle', file]);
    const first = await joinAs('north');
    expect(first.exitCode, first.stderr).to.equal(0);
    const enrolled = await federation.read.sites.list();

    const second = await joinAs('impostor');
    expect(second.exitCode).to.equal(4);
    expect(second.stderr).to.contain('This enrolment token was already used.').and.to.contain('If it was not you, tell the operator');
    expect(await federation.read.sites.list()).to.deep.equal(enrolled);
    expect(existsSync(join(federation.path, 'impostor', 'site.json'))).to.equal(false);
  });

  it('that is used a second time is an audit event', async () => {
    const refused = await federation.auditEvents('enrolment refused');
    expect(refused.map(({ detail }) => detail['code'])).to.deep.equal(['token-used']);
  });
});

describe('a site whose certificate was revoked', () => {
  it('is cut off at once, on open streams too, its agent ends with what to do, and the others go on without it', async () => {
    await using federation = await startProgramFederation([...sites, 'west']);
    await federation.client.post('/sites/west/revocation', {}, siteResource);
    const { exitCode } = await federation.agentEnds('west');
    expect(exitCode).to.equal(4);
    await federation.agent('west').log.find(({ code }) => code === 'certificate-refused');
    expect(await federation.auditEvents('site revoked', 'west')).to.have.length(1);
    const { state, reason, sites: members } = await federation.run(shortPlan({ sites, rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } }));
    expect(state, reason).to.equal('COMPLETED');
    expect(members).to.have.members(sites);
  });

  it('in the middle of an upload, is cut off in it, and nothing of it is summed', async () => {
    await using federation = await startProgramFederation([...sites, 'west']);
    const uploading = Promise.withResolvers<void>();
    using _slowly = federation.cheater.requests(services.contributions.Upload, async function* (messages, { site, signal }) {
      for await (const message of messages) {
        yield message;
        if (site !== 'west') continue;
        uploading.resolve();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      }
    });
    const run = await federation.start(shortPlan({ study: 'revoked', rounds: { count: 1, quorum: 3, deadlineSeconds: 600 } }));
    await uploading.promise;
    await federation.client.post('/sites/west/revocation', {}, siteResource);
    expect((await federation.agentEnds('west')).exitCode).to.equal(4);
    await federation.coordinatorLog.find((line) => line.message === 'Round published.' && line['run'] === run);
    const summed = (await federation.read.manifests.list(`${run}.0`)).flatMap(({ manifest }) => manifest.contributions.map(({ site }) => site));
    expect(new Set(summed)).to.deep.equal(new Set(sites));
    const refused = (await federation.read.audit.list(0, 1000)).filter(({ action }) => action.endsWith(' refused'));
    expect(refused.map(({ detail }) => detail['code'])).to.include('certificate-refused');
    expect((await federation.stop(run)).state).to.equal('STOPPED');
  });
});
