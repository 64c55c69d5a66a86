import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Assignment } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import { services } from '../../shared/wire/services.ts';
import { siteAuditEvents, siteAuditFile } from '../../site-agent/audit/site-audit.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { expectRefused } from '../support/refusals.ts';
import { shortPlan } from '../support/small-study.ts';

const rounds = { count: 1, quorum: 3, deadlineSeconds: 20, extensions: 0 };

describe('a coordinator that says that a site was started from a backup', () => {
  it('and cannot show a receipt for another ledger spoils a round and no site: the agent goes on, and so does its next run', async () => {
    const sites = ['mercy', 'north', 'south'];
    const oneRound = (study: string, deadlineSeconds = 60) => shortPlan({ study, sites, rounds: { count: 1, quorum: 3, deadlineSeconds, extensions: 0 } });
    await using federation = await startProgramFederation(sites);
    const before = await federation.run(oneRound('before'));
    expect(before.state, before.reason).to.equal('COMPLETED');
    {
      using _cheating = federation.cheater.answers(services.contributions.Upload, async function* (requests, { site }, forward) {
        if (site === 'mercy') throw new ConsiliumError('ledger-forked');
        yield* forward(requests);
      });
      const { id, state } = await federation.run(oneRound('spoilt', 5));
      expect(state).to.equal('FAILED');
      await expectRefused(federation, id, 'mercy', 'ledger-refusal-unproven');
    }
    const after = await federation.run(oneRound('after'));
    expect(after.state, after.reason).to.equal('COMPLETED');
  });
});

describe('a site that is started from yesterday\'s backup', () => {
  let federation: ProgramFederation;
  beforeEach(async () => {
    federation = await startProgramFederation(['mercy', 'north', 'south', 'west']);
  });
  afterEach(() => federation?.[Symbol.asyncDispose]());

  const backup = () => join(federation.path, 'backup');
  const folder = () => federation.siteFolder('mercy');

  async function backUp(): Promise<void> {
    await federation.stopAgent('mercy');
    await rm(backup(), { recursive: true, force: true });
    await cp(folder(), backup(), { recursive: true });
  }

  async function restore(): Promise<void> {
    await federation.stopAgent('mercy');
    await rm(folder(), { recursive: true });
    await cp(backup(), folder(), { recursive: true });
    await federation.startAgent('mercy');
  }

  it('sends nothing, because its ledger is behind what the coordinator has signed for, ends with what to do, and the run goes on', async () => {
    await backUp();
    await federation.startAgent('mercy');
    const today = await federation.run(shortPlan({ study: 'today', rounds }));
    expect(today.state, today.reason).to.equal('COMPLETED');

    await restore();
    const run = await federation.start(shortPlan({ study: 'tomorrow', rounds }));
    expect((await federation.agentEnds('mercy')).exitCode).to.equal(6);
    const { next } = await federation.agent('mercy').log.find(({ code }) => code === 'ledger-not-growing');
    expect(next).to.contain('bundle');
    const own = await Array.fromAsync(siteAuditEvents(siteAuditFile(folder())));
    expect(own.map(({ detail }) => (JSON.parse(detail) as { code: string }).code)).to.include('ledger-not-growing');
    const refused = (await federation.read.audit.list(0, 1000)).filter(({ actor, action }) => actor === 'site mercy' && action.endsWith(' refused'));
    expect(refused.map(({ detail }) => detail['code'])).to.include('ledger-not-growing');
    const { state, reason } = await federation.runEnds(run);
    expect(state, reason).to.equal('COMPLETED');
    const contributors = (await federation.read.contributions.list(`${run}.0`)).map(({ site }) => site);
    expect(contributors).not.to.include('mercy');
  });

  it('in the middle of a run, refuses what was built on a contribution that it forgot', async () => {
    const held = new Map<number, PromiseWithResolvers<void>>([0, 1].map((number) => [number, Promise.withResolvers<void>()]));
    let holdFrom = 0;
    const onHold = () => federation.cheater.replies(services.siteLink.Watch, async function* (assignments: AsyncIterable<Assignment>, { site }) {
      for await (const work of assignments) {
        const number = work.round?.ground?.number ?? -1;
        if (site === 'mercy' && number >= holdFrom) held.get(number)?.resolve();
        else yield work;
      }
    });
    let hook = onHold();
    const run = await federation.start(shortPlan({ study: 'memory', rounds: { ...rounds, count: 2 } }));
    await held.get(0)!.promise;
    await backUp();
    hook[Symbol.dispose]();
    holdFrom = 1;
    hook = onHold();
    await federation.startAgent('mercy');
    await held.get(1)!.promise;
    hook[Symbol.dispose]();
    await restore();
    await expectRefused(federation, run, 'mercy', 'site-restored');
    const { state, reason, rounds: ran } = await federation.runEnds(run);
    expect(state, reason).to.equal('COMPLETED');
    expect(ran.map(({ contributors }) => contributors.includes('mercy'))).to.deep.equal([true, false, false]);
  });
});
