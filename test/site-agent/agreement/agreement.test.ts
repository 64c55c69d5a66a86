import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { Part } from '../../../shared/layouts/vector-layout.ts';
import { manifestDigest, type Manifest } from '../../../shared/statements/manifest.ts';
import { agreeTo, type AgreementTools } from '../../../site-agent/agreement/agreement.ts';
import { assertCoSigned, coSign } from '../../../site-agent/agreement/co-signatures.ts';
import { Cohorts } from '../../../site-agent/agreement/cohorts.ts';
import { ManifestChain } from '../../../site-agent/agreement/manifest-chain.ts';
import type { OwnContribution } from '../../../site-agent/agreement/manifest-checks.ts';
import { SignedManifests } from '../../../site-agent/agreement/signed-manifests.ts';
import type { RoundGround } from '../../../site-agent/assignments/assignment.ts';
import { SeenRun } from '../../support/agreement.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const firstTraining = 2;

describe('a site that is asked to sign what makes up a sum', () => {
  let folder: TemporaryFolder;
  let run: SeenRun;
  beforeEach(async () => {
    folder = temporaryFolder();
    run = await SeenRun.of(['mercy', 'north', 'south', 'west'], folder.path);
  });
  afterEach(() => folder[Symbol.dispose]());

  /** Mercy's memory, read from disk each time, as after a restart. */
  const tools = (own: (part: Part) => OwnContribution | undefined, changes: Partial<AgreementTools> = {}): AgreementTools => ({
    site: 'mercy',
    pinned: run.pinned,
    session: run.session,
    signed: new SignedManifests(join(folder.path, 'signed')),
    chain: new ManifestChain(join(folder.path, 'run')),
    cohorts: new Cohorts(join(folder.path, 'cohorts')),
    acceptedCohorts: [],
    minimumContributors: 0,
    ownContribution: async (part) => own(part),
    ...changes,
  });
  const ownIn = (...manifests: Manifest[]) => (part: Part): OwnContribution | undefined => {
    const own = manifests.find((manifest) => manifest.part === part)?.contributions.find(({ site }) => site === 'mercy');
    return own && { ...own, acknowledged: true };
  };
  const agree = (ground: RoundGround, manifests: readonly Manifest[], changes: Partial<AgreementTools> = {}) => agreeTo(ground, manifests, tools(ownIn(...manifests), changes));

  it('signs what it knows to be right, and the same again after a restart', async () => {
    const ground = run.ground(0);
    const manifests = [run.manifest(ground, 'statistics')];
    await agree(ground, manifests);
    await agree(ground, manifests);
  });

  it('signs statistics over one of two sets of sites, also when it is asked for both at the same moment', async () => {
    const ground = run.ground(0);
    const both = [['mercy', 'north', 'south', 'west'], ['mercy', 'north', 'south']].map((sites) => run.manifest(ground, 'statistics', sites));
    const cohorts = new Cohorts(join(folder.path, 'cohorts'));
    const twoRuns = both.map((_manifest, at) => ({ cohorts, chain: new ManifestChain(join(folder.path, `run ${at}`)), signed: new SignedManifests(join(folder.path, `signed ${at}`)) }));
    const answers = await Promise.allSettled(both.map((manifest, at) => agree(ground, [manifest], twoRuns[at])));
    expect(answers.map(({ status }) => status)).to.have.members(['fulfilled', 'rejected']);
    await expectError('cohort-changed', Promise.all(both.map((manifest, at) => agree(ground, [manifest], twoRuns[at]))));
  });

  describe('when statistics were opened, or may have been, under another roster', () => {
    const four = ['mercy', 'north', 'south', 'west'];
    const three = ['mercy', 'north', 'south'];
    const under = async (other: 'signed' | 'contributed') => {
      const cohorts = new Cohorts(join(folder.path, 'cohorts'));
      if (other === 'signed') await cohorts.fix('small-study', 'another roster', four, []);
      else await cohorts.contributing('small-study', 'another roster', four);
    };
    const agreeOver = (sites: string[], acceptedCohorts: string[][]) => {
      const ground = run.ground(0);
      return agree(ground, [run.manifest(ground, 'statistics', sites)], { acceptedCohorts });
    };

    for (const other of ['signed', 'contributed'] as const) {
      it(`signs no others that the hospital did not know of when it approved this one: ${other}`, async () => {
        await under(other);
        await expectError('cohort-changed', agreeOver(three, []));
        await agreeOver(three, [four]);
      });
    }

    it('signs the same set of sites', async () => {
      await under('signed');
      await agreeOver(four, []);
    });
  });

  it('has what it signs on disk before it signs', async () => {
    const ground = run.ground(0);
    const manifest = run.manifest(ground, 'statistics');
    await agree(ground, [manifest]);
    expect(await new ManifestChain(join(folder.path, 'run')).heads()).to.deep.equal({ statistics: { number: 0, manifest: manifestDigest(run.pinned, manifest) } });
    expect(await new Cohorts(join(folder.path, 'cohorts')).of('small-study', run.pinned.rosterHash)).to.deep.equal(['mercy', 'north', 'south', 'west']);
    expect(existsSync(join(folder.path, 'signed', 'small-study'))).to.equal(true);
  });

  const wrong: [title: string, code: ErrorCode, change: (manifest: Manifest) => Manifest][] = [
    ['names a member that is not on the roster', 'manifest-refused', (manifest) => ({ ...manifest, contributions: [...manifest.contributions, { ...manifest.contributions[1]!, site: 'stranger', digest: 'x' }] })],
    ['names a site twice', 'manifest-refused', (manifest) => ({ ...manifest, contributions: [...manifest.contributions, { ...manifest.contributions[1]!, digest: 'x' }] })],
    ['names a contribution twice', 'manifest-refused', (manifest) => ({ ...manifest, contributions: manifest.contributions.map((one) => (one.site === 'north' ? { ...one, digest: manifest.contributions[2]!.digest } : one)) })],
    ['is over fewer sites than the plan asks for', 'manifest-refused', (manifest) => ({ ...manifest, contributions: manifest.contributions.slice(0, 2) })],
    ['is of another round', 'manifest-refused', (manifest) => ({ ...manifest, round: 'small-study-1.9' })],
    ['stands on another model', 'manifest-refused', (manifest) => ({ ...manifest, base: 'another' })],
    ['stands on other parameters', 'manifest-refused', (manifest) => ({ ...manifest, parametersHash: 'other' })],
    ['has another layout', 'layout-mismatch', (manifest) => ({ ...manifest, layoutFingerprint: 'other' })],
    ['does not begin the chain', 'manifest-chain-broken', (manifest) => ({ ...manifest, previous: 'something' })],
  ];
  for (const [title, code, change] of wrong) {
    it(`refuses a manifest that ${title}`, async () => {
      const ground = run.ground(0);
      const right = run.manifest(ground, 'statistics');
      await expectError(code, agreeTo(ground, [change(right)], tools(ownIn(right))));
    });
  }

  for (const field of ['digest', 'nonce', 'tag'] as const) {
    it(`refuses a manifest that states another ${field} of its own contribution`, async () => {
      const ground = run.ground(0);
      const right = run.manifest(ground, 'statistics');
      const other = run.manifest(ground, 'statistics').contributions[0]![field];
      const contributions = right.contributions.map((one) => (one.site === 'mercy' ? { ...one, [field]: field === 'digest' ? 'other' : other } : one));
      await expectError('manifest-refused', agreeTo(ground, [{ ...right, contributions }], tools(ownIn(right))));
    });
  }

  it('refuses a manifest that names it, when it did not contribute', async () => {
    const ground = run.ground(0);
    await expectError('manifest-refused', agreeTo(ground, [run.manifest(ground, 'statistics')], tools(() => undefined)));
  });

  it('refuses a manifest that leaves out its acknowledged update, and accepts one that leaves out an update of which it had no receipt', async () => {
    const ground = run.ground(firstTraining);
    const own = run.manifest(ground, 'update').contributions[0]!;
    const without = run.manifest(ground, 'update', ['north', 'south', 'west']);
    await expectError('manifest-refused', agreeTo(ground, [without], tools(() => ({ ...own, acknowledged: true }))));
    await agreeTo(ground, [without], tools(() => ({ ...own, acknowledged: false })));
  });

  it('refuses parts that the round does not have, a part twice, and a training round without its update', async () => {
    const ground = run.ground(firstTraining);
    const [update, statistics] = [run.manifest(ground, 'update'), run.manifest(ground, 'statistics')];
    for (const manifests of [[], [statistics], [update, update], [update, statistics, statistics]]) await expectError('manifest-refused', agree(ground, manifests));
    const first = run.ground(0);
    await expectError('manifest-refused', agree(first, [run.manifest(first, 'update')]));
  });

  it("counts the hospital's own minimum of contributors", async () => {
    const ground = run.ground(0);
    const three = run.manifest(ground, 'statistics', ['mercy', 'north', 'south']);
    await expectError('policy-contributors', agree(ground, [three], { minimumContributors: 4 }));
    await agree(ground, [three], { minimumContributors: 3 });
  });

  it('signs one set of sites for a base model, across runs, rounds and epochs; the same set again', async () => {
    const base = run.version(1);
    const ground = run.ground(firstTraining + 1, { base });
    await agree(ground, [run.manifest(ground, 'update')]);
    const inAnotherRun = (sites?: readonly string[]) => run.manifest(ground, 'update', sites);
    const other = { chain: new ManifestChain(join(folder.path, 'other run')) };
    await expectError('base-already-summed', agree(ground, [inAnotherRun(['mercy', 'north', 'south'])], other));
    await agree(ground, [inAnotherRun()], other);
  });

  it('counts statistics of a training round and of an evaluation as one question about a model', async () => {
    const last = run.session.plan.rounds.count + firstTraining;
    const base = run.version(1);
    const training = run.ground(firstTraining, { base });
    await agree(training, [run.manifest(training, 'update'), run.manifest(training, 'statistics', ['mercy', 'north', 'south'])]);
    const evaluation = run.ground(last, { base });
    await expectError('cohort-changed', agree(evaluation, [run.manifest(evaluation, 'statistics')]));
    await expectError('base-already-summed', agree(evaluation, [run.manifest(evaluation, 'statistics')], { cohorts: new Cohorts(join(folder.path, 'forgotten')) }));
  });

  it('opens statistics over the same sites each time, whatever the model', async () => {
    const first = run.ground(0);
    await agree(first, [run.manifest(first, 'statistics')]);
    const later = run.ground(firstTraining + 1, { base: run.version(1) });
    const [update, statistics] = [run.manifest(later, 'update', ['mercy', 'north', 'south']), run.manifest(later, 'statistics', ['mercy', 'north', 'south'])];
    await expectError('cohort-changed', agree(later, [update, statistics]));
    await agree(later, [update]);
  });

  it('that came later than the first statistics is left out of them, and signs all the same', async () => {
    const first = run.ground(0);
    const others = run.manifest(first, 'statistics', ['north', 'south', 'west']);
    await agreeTo(first, [others], tools(() => undefined));
    const second = run.ground(1);
    const own = run.manifest(second, 'statistics').contributions[0]!;
    const next = run.manifest(second, 'statistics', ['north', 'south', 'west'], { previous: manifestDigest(run.pinned, others) });
    await agreeTo(second, [next], tools(() => ({ ...own, acknowledged: true })));
  });

  it('refuses a second manifest for a round, one that does not continue the chain, and one of an earlier round', async () => {
    const first = run.ground(0);
    const signed = run.manifest(first, 'statistics');
    await agree(first, [signed]);
    await expectError('manifest-chain-broken', agree(first, [run.manifest(first, 'statistics')]));
    const second = run.ground(1);
    await expectError('manifest-chain-broken', agree(second, [run.manifest(second, 'statistics', undefined, { previous: 'another' })]));
    await agree(second, [run.manifest(second, 'statistics', undefined, { previous: manifestDigest(run.pinned, signed) })]);
    await expectError('manifest-chain-broken', agree(first, [signed]));
  });

  it('opens a sum that more than half of the roster signed, and no other', () => {
    const manifest = run.manifest(run.ground(0), 'statistics');
    const signedBy = (...sites: string[]) => sites.map((site) => ({ site, signature: coSign([manifest], run.pinned, run.keys.get(site)!)[0]!.signature }));
    assertCoSigned(manifest, signedBy('mercy', 'north', 'south'), run.pinned, 3);
    const few = [
      signedBy('mercy', 'north'),
      [...signedBy('mercy', 'north'), ...signedBy('north')],
      [...signedBy('mercy', 'north'), { site: 'south', signature: signedBy('north')[0]!.signature }],
      [...signedBy('mercy', 'north'), { site: 'stranger', signature: signedBy('south')[0]!.signature }],
    ];
    for (const signatures of few) expect(() => assertCoSigned(manifest, signatures, run.pinned, 2)).to.throw().with.property('code', 'co-signatures-missing');
    expect(() => assertCoSigned(run.manifest(run.ground(0), 'statistics'), signedBy('mercy', 'north', 'south'), run.pinned, 3)).to.throw().with.property('code', 'co-signatures-missing');
  });

  it('opens a sum only when enough of those who are in it signed', () => {
    const manifest = run.manifest(run.ground(0), 'statistics', ['mercy', 'north', 'south']);
    const signatures = ['mercy', 'north', 'west'].map((site) => ({ site, signature: coSign([manifest], run.pinned, run.keys.get(site)!)[0]!.signature }));
    expect(() => assertCoSigned(manifest, signatures, run.pinned, 3)).to.throw().with.property('code', 'co-signatures-missing');
  });
});
