import { expect } from 'chai';
import { systemClock } from '../../shared/clock.ts';
import { laneCount } from '../../shared/layouts/vector-layout.ts';
import { littleEndianBytes } from '../../shared/payloads/little-endian.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { roundLayouts } from '../../shared/studies/round-layouts.ts';
import { manifestDigest } from '../../shared/statements/manifest.ts';
import { roundOutcomeDomain, roundOutcomeFields } from '../../shared/statements/round-outcome.ts';
import { rawPublicKey, signStatement } from '../../shared/statements/signature.ts';
import { Egress } from '../../site-agent/egress/egress.ts';
import { ledgerFolderOf, ledgerOwnerOf } from '../../site-agent/egress/ledger-files.ts';
import { Ledger } from '../../site-agent/egress/ledger.ts';
import { SealedContributions } from '../../site-agent/egress/sealed-contribution.ts';
import { KeyRing } from '../../site-agent/encryption/key-ring.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { Channel } from '../../site-agent/link/channel.ts';
import { CoordinatorLink } from '../../site-agent/link/coordinator-link.ts';
import { SiteRuns } from '../../site-agent/runs/site-runs.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { join } from 'node:path';
import { departuresOf } from '../support/ledger-site.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';
import { SumWitness } from '../support/sum-witness.ts';

describe('a decryptor that reports another sum', () => {
  it('brings in a third one, and the run goes on with what two agree on', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    using witness = new SumWitness(federation, 'mercy');
    const lie = Promise.withResolvers<string>();
    let askedFirst = '';
    using _listening = federation.coordinator.events.listen(({ event, round, contributors }) => {
      if (event === 'round-closing' && round === 0) [askedFirst = ''] = contributors as string[];
      if (event === 'round-agreed' && round === 0) lie.resolve(reportAnotherSum(federation, askedFirst));
    });
    const run = await federation.run(shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } }));
    const liar = await lie.promise;

    expect(run.state, run.reason).to.equal('COMPLETED');
    const { audit, decryptions } = federation.store.read;
    const answers = await decryptions.list(`${run.id}.0`);
    expect(answers.map(({ site }) => site)).to.have.members(['mercy', 'north', 'south']);
    const honest = answers.filter(({ site }) => site !== liar).map(({ answer }) => answer!.version);
    expect(honest).to.deep.equal([honest[0], honest[0]]);
    const events = (await audit.list(0, 1000)).filter(({ action }) => action === 'decryptors differ');
    expect(events.map(({ subject }) => subject)).to.deep.equal([`${run.id}.0`]);
    for (const { round, part, contributed, opened } of await witness.sums(run.id)) expect(opened, `${round} ${part}`).to.deep.equal(contributed);
  });
});

/** Takes a site's place from the moment a round closes until it has signed, with the site's own key, a sum that is not the sum. */
async function reportAnotherSum(federation: Federation, site: string): Promise<string> {
  const stopped = federation.agent(site)[Symbol.asyncDispose](); // stops taking work at once
  const siteFolder = federation.siteFolder(site);
  const liar = openSiteFolder(siteFolder);
  const { identity, signingKey, settings } = liar;
  using channel = new Channel(identity, systemClock);
  const link = new CoordinatorLink(channel);
  const { signal } = new AbortController();
  for await (const assignment of link.watch({ agentVersion: 'test', engine: 'none', heldRuns: [] }, { signal }, () => undefined)) {
    if (assignment.kind !== 'decryption') continue;
    const { request } = assignment;
    await using runs = new SiteRuns(join(federation.siteFolder(site), 'state', 'runs'), { folder: federation.siteFolder(site), log: silentLogger, ...settings });
    const { plan, tensors } = await runs.session(request.run);
    const layouts = roundLayouts(plan, tensors, request.purpose, request.parameters);
    const pinned = await runs.pinned(request.run);
    const laneSums = new Map(request.manifests.map(({ manifest: { part } }) => [part, new Uint32Array(laneCount(layouts.get(part)!)).fill(7)] as const));
    const parts = request.manifests.map(({ manifest }) => ({ part: manifest.part, manifest: manifestDigest(pinned, manifest), sumDigest: sha256Hex(littleEndianBytes(laneSums.get(manifest.part)!)) }));
    const result = { round: request.round, attempt: request.attempt, parts, version: sha256Hex('another model'), parametersHash: sha256Hex('other parameters') };
    const signature = signStatement(signingKey, roundOutcomeDomain, roundOutcomeFields(pinned, result));
    await stopped;
    await using ledger = await Ledger.open({ folder: ledgerFolderOf(siteFolder), owner: ledgerOwnerOf(liar), signingKey, clock: systemClock, log: silentLogger });
    const departures = departuresOf({ ledger });
    const sender = { identity: pinned, site, signingKey: rawPublicKey(signingKey) };
    using keys = new KeyRing(siteFolder);
    const egress = new Egress({ sender, approval: 'none', keys, sealed: new SealedContributions(siteFolder), departures, carrier: link, log: silentLogger });
    await egress.report(request, { answer: { ...result, signature }, laneSums }, signal);
    break;
  }
  await federation.startAgent(site);
  return site;
}
