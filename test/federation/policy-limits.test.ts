import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { RoundResource, RunResource } from '../../shared/http-api/run-resource.ts';
import type { MemberDecision } from '../../shared/http-api/study-standing-resource.ts';
import { keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import { policySchema, type Policy } from '../../site-agent/consent/policy.ts';
import { startFederation, type Federation } from '../support/federation.ts';
import { LogLines } from '../support/log-lines.ts';
import { shortPlan, smallDataSet, smallTable, smallTables, type PlanJson } from '../support/small-study.ts';
import { teamCommand, type TeamCommand } from '../support/team-command.ts';

/** What west alone knows: how many rows it has, of each kind, how many its policy wants, and what one patient was given. */
const own = { rows: 1597, trainingRows: 1198, testRows: 399, wantedRows: 1199, dose: '4.7318264905' };

/** When the study breaches a limit for the first time; from then on it does so again and again. */
type Moment = 'proposal' | 'keys' | 'round';

const trainingRounds = 12;
const updateBytes = seededCiphertextBytes;
const statisticsBytes = seededCiphertextBytes;
const hour = (shift: number) => new Date(Date.now() + shift * 3_600_000).toISOString().slice(11, 16);

const breaches: readonly [what: string, code: ErrorCode, policy: Partial<Policy>, first: Moment][] = [
  ['that reads a data set which is not allowed', 'policy-data-set', { dataSets: ['heart-disease'] }, 'proposal'],
  ['that holds rounds for a purpose which is not allowed', 'policy-purpose', { purposes: ['training'] }, 'proposal'],
  ['for which the site has too few rows', 'policy-samples', { minimumTrainingSamples: own.wantedRows }, 'keys'],
  ['that opens sums over too few', 'policy-contributors', { minimumContributors: 4 }, 'proposal'],
  ['with too many rounds', 'policy-rounds', { maximumRounds: trainingRounds }, 'proposal'],
  ['that sends more in a round than may leave in a day', 'policy-bytes', { maximumBytesPerDay: updateBytes + statisticsBytes - 1 }, 'proposal'],
  ['that sends more in a day than may leave', 'policy-bytes', { maximumBytesPerDay: updateBytes + statisticsBytes }, 'round'],
  ['at an hour that is not allowed', 'policy-hours', { hours: { from: hour(2), to: hour(4), timeZone: 'UTC' } }, 'round'],
  ['with a model that is too large', 'policy-model-size', { maximumModelParameters: 3 }, 'proposal'],
  ['with a member that is not allowed', 'policy-members', { members: ['mercy', 'north'] }, 'proposal'],
  ['under another lead key', 'policy-lead-key', { leadKeys: [keyFingerprint(Buffer.alloc(32, 7)).words] }, 'proposal'],
];
const breachedAt = (...moments: Moment[]) => breaches.filter(([, , , first]) => moments.includes(first));

/** Every limit, set so that the study keeps it, most of them just so. */
const kept = ({ leadKey }: Federation): Required<Policy> => ({
  studies: 'ask',
  dataSets: [smallDataSet],
  purposes: ['training', 'evaluation'],
  minimumTrainingSamples: own.trainingRows,
  minimumContributors: 3,
  maximumRounds: trainingRounds + 1,
  maximumBytesPerDay: 10 * (updateBytes + statisticsBytes), // of a training round and the last evaluation, and of a sum that the site may have opened
  hours: { from: hour(-2), to: hour(2), timeZone: 'UTC' },
  maximumModelParameters: 4,
  members: ['mercy', 'north', 'south'],
  leadKeys: [keyFingerprint(rawPublicKey(leadKey)).words],
});

const plan = (study: string): PlanJson => shortPlan({ study, rounds: { count: trainingRounds, quorum: 3, deadlineSeconds: 60 } });

describe("a hospital's policy that became stricter while its agent works", () => {
  const log = new LogLines();
  const shown: string[] = [];
  let federation: Federation;
  let consilium: TeamCommand;
  before(async () => {
    const table = smallTable('west', own.rows).replace(/(?<=^\d+,)[\d.]+/m, own.dose);
    federation = await startFederation({ dataSet: smallDataSet, tables: { ...smallTables('mercy', 'north', 'south'), west: table }, log, httpApi: true });
    consilium = await teamCommand(federation);
    await federation.approve(await federation.propose(plan('approved')));
  });
  after(() => federation[Symbol.asyncDispose]());

  const setPolicy = (site: string, policy: Partial<Policy>) => writeFileSync(join(federation.siteFolder(site), 'policy.json'), JSON.stringify(policy));
  const removePolicy = (site: string) => rmSync(join(federation.siteFolder(site), 'policy.json'), { force: true });
  /** What the data-science team is told, as JSON. */
  const show = async (...args: string[]) => {
    const { exitCode, stdout, stderr } = await consilium(...args, '--json');
    expect(exitCode, stderr).to.equal(0);
    shown.push(stdout);
    return JSON.parse(stdout);
  };

  it('has a case for each of its limits', () => {
    const limits = Object.keys(policySchema.shape).filter((setting) => setting !== 'studies');
    expect([...new Set(breaches.flatMap(([, , policy]) => Object.keys(policy)))]).to.have.members(limits);
  });

  describe('refuses a study that is proposed,', () => {
    after(() => removePolicy('west'));

    for (const [index, [what, code, policy]] of breachedAt('proposal').entries()) {
      it(`${what}: ${code}`, async () => {
        const study = `proposed-${index}`;
        setPolicy('west', { studies: 'approve-within-limits', ...policy });
        await federation.propose(plan(study));
        await log.find(({ message, fields }) => message.includes('The coordinator knows') && fields['site'] === 'west' && fields['study'] === study);
        const { decisions } = (await show('study', 'show', study)) as { decisions: MemberDecision[] };
        expect(decisions.find(({ site }) => site === 'west')).to.include({ decision: 'refused', decidedBy: 'policy', code });
      });
    }
  });

  describe('lets no run begin of a study that was approved,', () => {
    after(() => removePolicy('west'));

    for (const [what, code, policy] of breachedAt('proposal', 'keys')) {
      it(`${what}: ${code}`, async () => {
        setPolicy('west', policy);
        const { id } = await federation.coordinator.runs.start('approved', 'test');
        await federation.runEnds(id);
        const { state, reason } = (await show('run', 'show', id)) as RunResource;
        expect(state).to.equal('FAILED');
        expect(reason).to.contain(`west (${code}): `);
      });
    }
  });

  describe('takes no round of a run that began,', () => {
    let rounds: RoundResource[];
    before(async () => {
      const policies = [kept(federation), ...breaches.map(([, , policy]) => policy), kept(federation)];
      setPolicy('west', policies[0]!);
      const { id } = await federation.coordinator.runs.start('approved', 'test');
      using _listening = federation.coordinator.events.listen(({ run, event, round }) => {
        if (run !== id || event !== 'round-closing') return;
        // West has answered this round, and is not asked about the next one yet.
        const next = policies[Number(round) + 1];
        if (next) setPolicy('west', next);
        else for (const site of ['mercy', 'north']) setPolicy(site, { minimumContributors: 5 });
      });
      await federation.runEnds(id);
      ({ rounds } = (await show('run', 'show', id)) as { rounds: RoundResource[] });
    });
    after(() => ['mercy', 'north', 'west'].forEach(removePolicy));

    for (const [index, [what, code]] of breaches.entries()) {
      it(`${what}: ${code}`, () => {
        expect(rounds[index + 1]).to.deep.include({ state: 'PUBLISHED', missing: [], declined: [{ site: 'west', code }] });
      });
    }

    it('and takes those of one whose limits the study keeps', () => {
      for (const round of [rounds.at(0), rounds.at(-1)]) expect(round).to.deep.include({ missing: [], declined: [] });
    });

    it('and signs no sum to which it has contributed if that is over too few: policy-contributors', () => {
      const { state, reason } = rounds.at(-1)!;
      expect(state).to.equal('ABANDONED');
      expect(reason).to.contain('mercy (policy-contributors): ').and.to.contain('north (policy-contributors): ');
    });
  });

  describe('tells the data-science team nothing of its own:', () => {
    for (const [what, value] of Object.entries(own)) {
      it(what, () => {
        expect(shown).to.have.lengthOf.above(breaches.length);
        expect(shown.join('\n')).not.to.match(new RegExp(String.raw`(?<![\w.])${value}(?!\w)`));
      });
    }
  });
});
