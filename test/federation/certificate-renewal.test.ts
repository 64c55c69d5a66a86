import { X509Certificate } from 'node:crypto';
import { expect } from 'chai';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { ageCertificate } from '../support/aged-certificate.ts';
import { expectError } from '../support/expect-error.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { dayMs, SetClock } from '../support/set-clock.ts';
import { smallDataSet, smallPlan, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

const sites = ['mercy', 'north', 'south'];

describe('a certificate that is due', () => {
  it('is renewed again and again in the middle of a run, and every round is held and exact', async () => {
    const clock = new SetClock();
    const log = new LogLines();
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables(...sites), log, agents: { clock, renewalCheckMs: 500 } });
    using witness = new SumWitness(federation, 'mercy');
    const before = await fingerprints(federation);
    using _listening = federation.coordinator.events.listen(({ event }) => {
      if (event === 'run-keyed') clock.aheadMs = 300 * dayMs; // for the sites, every certificate is due from now on
    });
    const run = await federation.run(smallPlan());
    clock.aheadMs = 0;
    expect(run.state, run.reason).to.equal('COMPLETED');
    const sums = await witness.sums(run.id);
    expect(sums.map(({ contributors }) => contributors)).to.deep.equal(new Array(7).fill(3));
    for (const { round, part, contributed, opened } of sums) expect(opened, `${round} ${part}`).to.deep.equal(contributed);

    const after = await fingerprints(federation);
    const renewals = (await federation.store.read.audit.list(0, 1000)).filter(({ action }) => action === 'certificate renewed');
    for (const [index, site] of sites.entries()) {
      expect(after[index], site).not.to.equal(before[index]);
      expect(renewals.filter(({ actor, subject }) => actor === `site ${site}` && subject === site), site).not.to.deep.equal([]);
    }
    expect(log.lines.filter(({ level }) => level === 'error')).to.deep.equal([]);
    expect(await federation.store.read.rounds.declines(run.id)).to.deep.equal([]);
  });

  it('is renewed when the agent starts, and the site goes on under the new one, as the metrics at both ends say', async () => {
    const log = new LogLines();
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy'), log });
    await restartWithDaysLeft(federation, 'mercy', 90);
    const [due] = await fingerprints(federation, 'mercy');
    await log.find(({ message, fields }) => message === 'A site is at work.' && fields['site'] === 'mercy');
    await log.find(({ message }) => message === 'The certificate was renewed.');
    const { client } = openSiteFolder(federation.siteFolder('mercy')).identity;
    const shown = certificateFingerprint(new X509Certificate(client.certificate).raw);
    expect(shown).not.to.equal(due);
    await taken(federation, shown);
    const pages = { site: await federation.agent('mercy').metrics(), coordinator: await (await fetch(`${federation.coordinator.operationsUrl}/metrics`)).text() };
    for (const [whose, page] of Object.entries(pages)) {
      const remainingDays = (kind: string, name: string) => Number(new RegExp(`^consilium_certificate_remaining_seconds\\{kind="${kind}",name="${name}"\\} (\\S+)$`, 'm').exec(page)?.[1]) / 86_400;
      expect(remainingDays('site', 'mercy'), whose).to.be.within(397, 398);
      expect(remainingDays('authority', ''), whose).to.be.within(7299, 7300);
    }
  });

  it('ends the agent with what to do when it has expired', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy') });
    await restartWithDaysLeft(federation, 'mercy', -1);
    const error = await expectError('certificate-expired', federation.agent('mercy').working);
    expect(error.entry.exit).to.equal(4);
    expect(error.forPerson()).to.contain('It was valid until').and.to.contain('join again in an empty folder');
  });
});

async function restartWithDaysLeft(federation: Federation, site: string, days: number): Promise<void> {
  const { authority } = await openCoordinatorFolder(federation.coordinatorFolder);
  await federation.agent(site)[Symbol.asyncDispose]();
  await ageCertificate({ authority, store: federation.store, site, siteFolder: federation.siteFolder(site), leftMs: days * dayMs });
  await federation.startAgent(site);
}

async function fingerprints(federation: Federation, ...names: string[]): Promise<string[]> {
  const wanted = names.length > 0 ? names : sites;
  return (await federation.store.read.sites.list()).filter(({ name }) => wanted.includes(name)).map(({ certificateFingerprint: fingerprint }) => fingerprint);
}

/** Waits until the coordinator has seen the renewed certificate. */
async function taken(federation: Federation, fingerprint: string): Promise<void> {
  while ((await federation.store.read.sites.find('mercy'))?.certificateFingerprint !== fingerprint) await new Promise((resolve) => setImmediate(resolve));
}
