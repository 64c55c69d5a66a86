import { expect } from 'chai';
import type { RecordedRoster } from '../../coordinator/rosters/roster-store.ts';
import { systemClock } from '../../shared/clock.ts';
import { openSiteFolder } from '../../site-agent/identity/site-folder.ts';
import { Channel } from '../../site-agent/link/channel.ts';
import { CoordinatorLink } from '../../site-agent/link/coordinator-link.ts';
import { approveAtSite } from '../support/consent.ts';
import { expectError } from '../support/expect-error.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { patience } from '../support/patience.ts';
import { signedDecision } from '../support/signed-roster.ts';
import { shortPlan, smallDataSet, smallTables } from '../support/small-study.ts';

const plan = shortPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });
const inTime = () => patience();

describe('a study that is proposed to its members', () => {
  let federation: Federation;
  let recorded: RecordedRoster;
  beforeEach(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    await federation.agent('south')[Symbol.asyncDispose]();
    recorded = await federation.propose(plan);
    for (const site of ['mercy', 'north']) await approveAtSite(federation.siteFolder(site), recorded);
  });
  afterEach(() => federation[Symbol.asyncDispose]());

  const start = () => federation.coordinator.runs.start(plan.study, 'test');

  /** Says over the wire, as one site, what a site (the same, unless it cheats) is supposed to have signed. */
  async function say(caller: string, decision: Parameters<typeof signedDecision>[3], signer = caller): Promise<void> {
    const site = openSiteFolder(federation.siteFolder(caller));
    using channel = new Channel(site.identity, systemClock);
    const { roster } = (await federation.coordinator.rosters.list(plan.study)).at(-1)!;
    const signed = signedDecision(roster, caller, openSiteFolder(federation.siteFolder(signer)).signingKey, decision);
    await new CoordinatorLink(channel).decide(signed, inTime());
  }

  it('runs once all of them have approved, also one that comes back late', async () => {
    const { problems } = await expectError('approvals-missing', start());
    expect(problems).to.deep.include({ path: 'south', message: 'has not answered' });
    await federation.startAgent('south');
    await approveAtSite(federation.siteFolder('south'), recorded);
    await federation.coordinator.decisions.decided(plan.study, inTime());
    const { id } = await start();
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
  });

  it('does not run when one of them refuses, and tells why', async () => {
    await say('south', { decision: 'refused', code: 'too-few-samples' });
    await federation.coordinator.decisions.decided(plan.study, inTime());
    const { problems } = await expectError('approvals-missing', start());
    expect(problems).to.deep.equal([{ path: 'south', message: 'refused: too-few-samples' }]);
    expect(await federation.coordinator.runs.list(plan.study)).to.deep.equal([]);
  });

  it('is not approved by one site under another\'s name', async () => {
    await expectError('signature-invalid', say('south', {}, 'north'));
    const { problems } = await expectError('approvals-missing', start());
    expect(problems).to.deep.include({ path: 'south', message: 'has not answered' });
  });
});
