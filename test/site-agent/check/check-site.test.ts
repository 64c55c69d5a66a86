import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { systemClock, type Clock } from '../../../shared/clock.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { checkSite } from '../../../site-agent/check/check-site.ts';
import type { DescribeEngine } from '../../../site-agent/check/engine-check.ts';
import type { Finding } from '../../../site-agent/check/finding.ts';
import { joinFederation } from '../../../site-agent/identity/join.ts';
import type { EngineName } from '../../../site-agent/training/training-engine.ts';
import { dayMs, minuteMs, SetClock } from '../../support/set-clock.ts';
import { ageCertificate } from '../../support/aged-certificate.ts';
import { temporaryFolder } from '../../support/temporary-folder.ts';
import { startTestCoordinator } from '../../support/test-coordinator.ts';

const signal = new AbortController().signal;
const steps = ['folder', 'settings', 'proxy', 'address', 'tcp', 'tls', 'certificate', 'clock', 'validity', 'data set heart', 'memory', 'engine', 'disk'];
const ofTheMachine = ['memory', 'disk']; // what these find depends on the machine that runs the test

async function startSite() {
  await using stack = new AsyncDisposableStack();
  const parent = stack.use(temporaryFolder());
  const coordinator = stack.use(await startTestCoordinator());
  const folder = join(parent.path, 'site');
  await joinFederation(folder, await coordinator.invite('mercy'), { signal });
  writeFileSync(join(parent.path, 'heart.csv'), 'age\n');
  changeSettings(folder, { dataSets: { heart: { path: '../heart.csv' } } });
  const resources = stack.move();
  return { folder, coordinator, dataFile: join(parent.path, 'heart.csv'), [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

function changeSettings(folder: string, change: object): void {
  const file = join(folder, 'site.json');
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...change }));
}

function check(folder: string, options: { clock?: Clock; environment?: NodeJS.ProcessEnv; describeEngine?: DescribeEngine } = {}): Promise<Finding[]> {
  return checkSite(folder, { signal, clock: systemClock, environment: {}, describeEngine: (name) => Promise.resolve(`${name} 1.0`), ...options });
}

function withoutNative(name: EngineName): Promise<string> {
  return name === 'tfjs-node' ? Promise.reject(new ConsiliumError('engine-unavailable', 'tfjs-node is not installed.')) : Promise.resolve(`${name} 1.0`);
}

/** The steps that are not right, with what was found. */
function notRight(findings: Finding[]): Record<string, string> {
  return Object.fromEntries(findings.filter(({ step, result }) => result !== 'ok' && !ofTheMachine.includes(step)).map(({ step, result }) => [step, result]));
}

function messageOf(findings: Finding[], step: string): string {
  return findings.find((finding) => finding.step === step)?.message ?? '';
}

describe('check', () => {
  it('goes through all steps in order and finds a healthy site right', async () => {
    await using site = await startSite();
    const findings = await check(site.folder);
    expect(findings.map(({ step }) => step)).to.deep.equal(steps);
    expect(notRight(findings)).to.deep.equal({});
  });

  it('names the key that others may read', async () => {
    await using site = await startSite();
    chmodSync(join(site.folder, 'keys/signing.pem'), 0o640);
    const findings = await check(site.folder);
    expect(notRight(findings)).to.deep.equal({ folder: 'wrong' });
    expect(messageOf(findings, 'folder')).to.contain(`run: chmod go-rwx '${join(site.folder, 'keys/signing.pem')}'`).and.not.to.contain('keys/tls.pem');
  });

  it('counts the days that the certificate has left, and warns when there are few', async () => {
    await using site = await startSite();
    expect(messageOf(await check(site.folder), 'validity')).to.match(/^This site's certificate is valid for 397 days, the federation's authority for 7299\.$/);
    const { folder, store } = site.coordinator;
    await ageCertificate({ authority: folder.authority, store, site: 'mercy', siteFolder: site.folder, leftMs: 29.5 * dayMs });
    const findings = await check(site.folder);
    expect(notRight(findings)).to.deep.equal({ validity: 'warning' });
    expect(messageOf(findings, 'validity')).to.contain('valid for 29 days');
  });

  it('finds a certificate that has expired, and says what to do', async () => {
    await using site = await startSite();
    const { folder, store } = site.coordinator;
    await ageCertificate({ authority: folder.authority, store, site: 'mercy', siteFolder: site.folder, leftMs: -dayMs });
    const findings = await check(site.folder);
    expect(notRight(findings)).to.deep.equal({ certificate: 'wrong', validity: 'wrong' });
    expect(findings.find(({ step }) => step === 'validity')?.next).to.contain('join again');
  });

  it('names the file that is missing', async () => {
    await using site = await startSite();
    rmSync(join(site.folder, 'keys/tls.pem'));
    const findings = await check(site.folder);
    expect(findings[0]).to.include({ step: 'folder', result: 'wrong' });
    expect(messageOf(findings, 'folder')).to.contain('keys/tls.pem');
  });

  it('names the setting that is wrong, and still examines the machine', async () => {
    await using site = await startSite();
    changeSettings(site.folder, { engine: 'abacus' });
    const findings = await check(site.folder);
    expect(messageOf(findings, 'settings')).to.contain('site.json.engine');
    expect(findings.find(({ step }) => step === 'engine')?.result).to.equal('ok');
    expect(notRight(findings)).to.include({ settings: 'wrong', tcp: 'not-examined', 'data sets': 'not-examined' });
  });

  it('finds in a folder that is no site what to do first', async () => {
    using folder = temporaryFolder();
    const findings = await check(folder.path);
    expect(findings.find(({ step }) => step === 'settings')?.next).to.equal('Run consilium-site join first.');
  });

  it('stops at the first step towards the coordinator that fails, and examines the rest', async () => {
    await using site = await startSite();
    await site.coordinator[Symbol.asyncDispose]();
    expect(notRight(await check(site.folder))).to.deep.equal({ tcp: 'wrong', tls: 'not-examined', certificate: 'not-examined', clock: 'not-examined' });
  });

  it('names a host that cannot be resolved', async () => {
    await using site = await startSite();
    changeSettings(site.folder, { coordinator: 'coordinator.invalid:8443' });
    const findings = await check(site.folder);
    expect(findings.find(({ step }) => step === 'address')?.result).to.equal('wrong');
    expect(messageOf(findings, 'address')).to.contain('coordinator.invalid');
  });

  it('finds a coordinator of another federation', async () => {
    await using site = await startSite();
    await using other = await startTestCoordinator();
    changeSettings(site.folder, { coordinator: `127.0.0.1:${other.address.port}` });
    expect(notRight(await check(site.folder))).to.deep.equal({ tls: 'wrong', certificate: 'not-examined', clock: 'not-examined' });
  });

  it('finds that the site was revoked, and still compares the clocks', async () => {
    await using site = await startSite();
    await site.coordinator.store.transaction(async ({ sites }) => sites.save({ ...(await sites.find('mercy'))!, revokedAtMs: Date.now() }));
    expect(notRight(await check(site.folder))).to.deep.equal({ certificate: 'wrong' });
  });

  it('finds a wrong clock, by how much', async () => {
    await using site = await startSite();
    const findings = await check(site.folder, { clock: new SetClock(60 * minuteMs) });
    expect(notRight(findings)).to.deep.equal({ clock: 'wrong' });
    expect(messageOf(findings, 'clock')).to.match(/3\d\d\d seconds ahead/);
  });

  it('names proxies by name, not by content', async () => {
    await using site = await startSite();
    const findings = await check(site.folder, { environment: { HTTPS_PROXY: 'http://user:secret@proxy.example' } });
    expect(notRight(findings)).to.deep.equal({ proxy: 'warning' });
    expect(messageOf(findings, 'proxy')).to.contain('HTTPS_PROXY');
    expect(JSON.stringify(findings)).not.to.contain('secret');
  });

  it('names a data set whose file is missing or empty', async () => {
    await using site = await startSite();
    writeFileSync(site.dataFile, '');
    expect(messageOf(await check(site.folder), 'data set heart')).to.match(/heart\.csv is empty\.$/);
    rmSync(site.dataFile);
    expect(messageOf(await check(site.folder), 'data set heart')).to.match(/heart\.csv is not there\.$/);
  });

  it('tells which engines load', async () => {
    await using site = await startSite();
    expect(messageOf(await check(site.folder), 'engine')).to.equal('wasm 1.0 loads. tfjs-node 1.0 loads. Each run is trained with the faster one.');
    const findings = await check(site.folder, { describeEngine: withoutNative });
    expect(notRight(findings)).to.deep.equal({});
    expect(messageOf(findings, 'engine')).to.equal('wasm 1.0 loads. tfjs-node does not load.');
  });

  it('passes on why the engine that site.json asks for does not load', async () => {
    await using site = await startSite();
    changeSettings(site.folder, { engine: 'tfjs-node' });
    const findings = await check(site.folder, { describeEngine: withoutNative });
    expect(notRight(findings)).to.deep.equal({ engine: 'wrong' });
    expect(messageOf(findings, 'engine')).to.contain('tfjs-node is not installed.');
  });
});
