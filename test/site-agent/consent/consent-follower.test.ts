import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { createMetricsRegistry } from '../../../shared/operations/metrics-registry.ts';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { Turns } from '../../../site-agent/assignments/turns.ts';
import { ConsentFollower } from '../../../site-agent/consent/consent-follower.ts';
import { ConsentRecords } from '../../../site-agent/consent/consent-records.ts';
import type { Decision } from '../../../site-agent/consent/decisions.ts';
import { StudyAnswers } from '../../../site-agent/consent/study-answers.ts';
import { endWithdrawnRun } from '../../../site-agent/consent/withdrawn-runs.ts';
import { KeyRing } from '../../../site-agent/encryption/key-ring.ts';
import { AgentMetrics } from '../../../site-agent/metrics/agent-metrics.ts';
import { SiteRuns } from '../../../site-agent/runs/site-runs.ts';
import { StudyMakers } from '../../support/proposed-study.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const run = 'small-study-1';

describe('an agent that follows what its hospital decides', () => {
  let folder: TemporaryFolder;
  let records: ConsentRecords;
  let keys: KeyRing;
  let runs: SiteRuns;
  let makers: StudyMakers;
  let proposed: Awaited<ReturnType<StudyMakers['study']>>;
  let withdrawn: PromiseWithResolvers<string>;
  let stop: AbortController;
  let following: Promise<void>;
  beforeEach(async () => {
    folder = temporaryFolder();
    records = new ConsentRecords(folder.path);
    keys = new KeyRing(join(folder.path, 'state', 'keys'));
    runs = new SiteRuns(join(folder.path, 'state', 'runs'), { folder: folder.path, dataSets: {}, engine: 'wasm', log: silentLogger });
    makers = new StudyMakers();
    proposed = await makers.study(['mercy', 'north', 'south']);
    withdrawn = Promise.withResolvers();
    stop = new AbortController();
    const own = { federation: makers.federation, ...makers.member('mercy') };
    const link = { plan: () => Promise.reject(new Error('not asked for')), decide: () => Promise.reject(new Error('not asked for')) };
    following = new ConsentFollower({
      siteFolder: folder.path,
      records,
      answers: new StudyAnswers({ records, own, signingKey: makers.signingKey('mercy'), link, log: silentLogger }),
      runs,
      turns: new Turns(),
      metrics: new AgentMetrics(createMetricsRegistry('site')),
      log: silentLogger,
      onWithdrawn: (name) => withdrawn.resolve(name),
      onReopened: () => undefined,
    }).follow(stop.signal);
  });
  afterEach(async () => {
    stop.abort();
    await following;
    keys[Symbol.dispose]();
    await runs[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const decide = (decision: Decision['decision']) =>
    records.decisions.add({ study: proposed.roster.study, planHash: proposed.planHash, rosterHash: proposed.rosterHash, decision, decidedBy: 'person', by: 'head of IT', code: '' });
  const makeKey = async (epoch: number) => {
    const { planHash, roster, rosterHash, planJson } = proposed;
    const identity = { federation: makers.federation, study: roster.study, planHash, run, epoch, rosterHash, start: firstEpochStart('v') };
    await runs.pin({ ...identity, custodian: 'mercy', roster }, planJson);
    await keys.epochPublicKey(identity);
    await keys.makeGroupKey(identity, 'mercy', []);
  };

  it('hears of each withdrawal, and erases the keys of a run that was approved again in between', async () => {
    for (const epoch of [1, 2]) {
      await decide('approved');
      await makeKey(epoch);
      withdrawn = Promise.withResolvers();
      await decide('withdrawn');
      expect(await withdrawn.promise).to.equal(run);
      await endWithdrawnRun(run, keys, runs);
      expect(existsSync(join(folder.path, 'state', 'keys', run))).to.equal(false);
    }
  });
});
