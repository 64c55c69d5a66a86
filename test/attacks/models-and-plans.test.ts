import { expect } from 'chai';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { services } from '../../shared/wire/services.ts';
import { withOwnRoster } from '../support/own-roster.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { decryptions, expectRefused } from '../support/refusals.ts';
import { shortPlan, type PlanJson } from '../support/small-study.ts';

const sites = ['mercy', 'north', 'south'];
const rounds: PlanJson['rounds'] = { count: 1, quorum: 3, deadlineSeconds: 60 };

describe('a coordinator that puts something else in the place of what was agreed', () => {
  let federation: ProgramFederation;
  before(async () => {
    federation = await startProgramFederation(sites);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  it('is refused when it serves another model than it names, and that site contributes nothing', async () => {
    using _cheating = federation.cheater.replies(services.modelVersions.Download, async function* (chunks, { site }) {
      for await (const { bytes } of chunks) yield { bytes: site === 'mercy' ? flipped(bytes) : bytes };
    });
    const { id, state, reason } = await federation.run(shortPlan({ study: 'doctored-model', rounds }));
    await expectRefused(federation, id, 'mercy', 'base-model-refused');
    expect(state, reason).to.equal('FAILED');
    const contributions = await federation.auditEvents('contribution accepted', `${id}.0`);
    expect(contributions.map(({ actor }) => actor)).not.to.include('site mercy');
    expect(await decryptions(federation, sites)).to.equal(0);
  });

  it('is refused when the plan that it serves is not the one that the run names', async () => {
    const plan = shortPlan({ study: 'other-plan', rounds });
    await federation.agree(plan);
    using _cheating = federation.cheater.replies(services.studies.GetPlan, async function* (plans, { site }) {
      for await (const honest of plans) yield site === 'north' ? { json: greedy(honest.json) } : honest;
    });
    const { id, state, reason } = await federation.run(plan);
    await expectRefused(federation, id, 'north', 'digest-mismatch');
    expect(state, reason).to.equal('FAILED');
    expect(reason).to.contain('north');
  });

  it('is refused when it swaps the plan after a site has approved and pinned it', async () => {
    const plan = shortPlan({ study: 'swapped-plan', rounds });
    await federation.agree(plan);
    const doctored = greedy(Buffer.from(JSON.stringify(plan)));
    let served = 0;
    let cheated = false;
    using _serving = federation.cheater.replies(services.studies.GetPlan, async function* (plans, { site }) {
      for await (const honest of plans) yield site === 'south' && served++ > 0 ? { json: doctored } : honest;
    });
    using _cheating = federation.cheater.replies(services.siteLink.Watch, async function* (assignments, { site }) {
      for await (const work of assignments) {
        yield work;
        const epoch = work.epochKey?.epoch;
        if (site !== 'south' || !epoch || cheated) continue;
        cheated = true;
        yield { id: `${work.id}, again`, epochKey: { epoch: withOwnRoster(epoch, () => ({ planHash: sha256Hex(doctored) })) } };
      }
    });
    const run = await federation.start(plan);
    await expectRefused(federation, run, 'south', 'study-not-approved');
    const { state, reason } = await federation.runEnds(run);
    expect(state, reason).to.equal('COMPLETED'); // with the plan that all have approved
  });

  it('is refused when a round asks for another plan than the site has pinned', async () => {
    const before = await decryptions(federation, sites);
    using _cheating = federation.cheater.replies(services.siteLink.Watch, async function* (assignments, { site }) {
      for await (const work of assignments) yield work.round && site === 'mercy' ? { ...work, round: { ...work.round, planHash: sha256Hex('another plan') } } : work;
    });
    const { id, state, reason } = await federation.run(shortPlan({ study: 'other-round', rounds }));
    await expectRefused(federation, id, 'mercy', 'digest-mismatch');
    expect(state, reason).to.equal('FAILED');
    expect(await decryptions(federation, sites)).to.equal(before);
  });
});

function flipped(bytes: Uint8Array): Buffer {
  const changed = Buffer.from(bytes);
  changed[0]! ^= 1;
  return changed;
}

/** The plan, but content with a single training row. */
function greedy(planJson: Uint8Array): Buffer {
  const plan = JSON.parse(Buffer.from(planJson).toString('utf8')) as PlanJson;
  return Buffer.from(JSON.stringify({ ...plan, privacy: { ...plan.privacy, minimumSamples: 1 } }));
}
