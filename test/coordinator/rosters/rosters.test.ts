import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { rosterHash, signNextRoster, signRoster, type Roster, type RosterMember, type SignedRoster } from '../../../shared/statements/roster.ts';
import { rawPublicKey } from '../../../shared/statements/signature.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan, type PlanJson } from '../../support/small-study.ts';

const sites = ['mercy', 'north', 'south', 'west'];

describe('a study\'s roster', () => {
  let open: OpenRound;
  /** Newest version of `small-study`, of all four sites. */
  let newest: SignedRoster;
  let members: RosterMember[];
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), sites);
    newest = (await open.rosters.list('small-study')).at(-1)!.roster;
    members = sites.map((site) => ({ site, signingKey: rawPublicKey(open.signingKey(site)) }));
  });
  afterEach(() => open[Symbol.asyncDispose]());

  const fewer = () => members.filter(({ site }) => site !== 'west');
  const next = (changes: Partial<Roster> = {}, leadKey = open.leadKey) => {
    const { federation, study, planHash } = newest;
    return signRoster({ federation, study, planHash, members: fewer(), version: 2, previousHash: rosterHash(newest), ...changes }, leadKey);
  };
  const rosterEvents = async () => (await open.store.read.audit.list(0, 1000)).filter(({ action }) => action === 'roster signed');

  it('is kept in versions, each with its audit event', async () => {
    const { hash } = await open.rosters.submit(next(), 'operator');
    expect((await open.rosters.list('small-study')).map(({ roster }) => [roster.version, roster.members.length])).to.deep.equal([[1, 4], [2, 3]]);
    expect((await rosterEvents()).at(-1)).to.deep.include({ actor: 'operator', subject: 'small-study' });
    expect((await rosterEvents()).at(-1)!.detail).to.deep.include({ version: 2, rosterHash: hash, previousHash: rosterHash(newest), members: ['mercy', 'north', 'south'] });
  });

  it('that is submitted again changes nothing', async () => {
    const first = await open.rosters.submit(next(), 'test');
    expect((await open.rosters.submit(next(), 'test')).hash).to.equal(first.hash);
    expect(await rosterEvents()).to.have.length(2);
  });

  it('is proposed to members that have not decided about exactly it, and to nobody else', async () => {
    const undecided = async () => {
      const asked = await Promise.all([...sites, 'east'].map(async (site) => [site, (await open.store.read.rosters.undecided(site)).map(({ roster }) => roster.version)] as const));
      return Object.fromEntries(asked);
    };
    expect(await undecided()).to.deep.equal({ mercy: [], north: [], south: [], west: [], east: [] });
    await open.rosters.submit(next(), 'test');
    expect(await undecided()).to.deep.equal({ mercy: [2], north: [2], south: [2], west: [], east: [] });
  });

  const other = generateKeyPairSync('ed25519').privateKey;
  const stranger = rawPublicKey(other);
  const refused: [title: string, code: ErrorCode, roster: () => SignedRoster, words?: string][] = [
    ['with a signature of another key', 'signature-invalid', () => ({ ...next(), signature: next({}, other).signature })],
    ['that was changed after it was signed', 'signature-invalid', () => ({ ...next(), members })],
    ['that names a member twice', 'signature-invalid', () => next({ members: [...members, members[0]!] })],
    ['of another federation', 'roster-invalid', () => next({ federation: 'another' }), 'federation'],
    ['for another plan', 'roster-invalid', () => next({ planHash: 'a'.repeat(64) }), 'planHash'],
    ['of one member', 'roster-invalid', () => next({ members: members.slice(0, 1) }), 'members'],
    ['of more members than any lane has room for', 'roster-invalid', () => next({ members: Array.from({ length: 1025 }, (_, n) => ({ site: `site-${n}`, signingKey: stranger })) }), 'members'],
    ['of fewer members than the quorum', 'roster-invalid', () => next({ members: members.slice(0, 2) }), 'members'],
    ['with a made-up member', 'sites-missing', () => next({ members: [...members, { site: 'ghost', signingKey: stranger }] })],
    ['with a made-up key under a member\'s name', 'member-key-mismatch', () => next({ members: [...fewer(), { site: 'west', signingKey: stranger }] })],
    ['of another lead key than the first one', 'lead-key-changed', () => next({}, other)],
    ['that leaves out a version', 'roster-out-of-date', () => next({ version: 3 })],
    ['that comes again after a later one', 'roster-out-of-date', () => next({ version: 1, previousHash: '' })],
    ['that follows another version than the newest', 'roster-out-of-date', () => next({ previousHash: 'a'.repeat(64) })],
    ['of a study that is not there', 'study-not-found', () => next({ study: 'nowhere' })],
  ];
  for (const [title, code, roster, words] of refused) {
    it(`${title} is refused`, async () => {
      const { problems } = await expectError(code, open.rosters.submit(roster(), 'test'));
      expect(problems.map(({ path }) => path)).to.deep.equal(words === undefined ? [] : [words]);
      expect(await rosterEvents()).to.have.length(1);
    });
  }

  it('tells all that does not fit the study together', async () => {
    const { problems } = await expectError('roster-invalid', open.rosters.submit(next({ federation: 'another', members: members.slice(0, 2) }), 'test'));
    expect(problems.map(({ path }) => path)).to.deep.equal(['federation', 'members']);
  });

  it('with a member that was revoked is refused', async () => {
    await open.store.transaction(async ({ sites: table }) => table.save({ ...(await table.find('south'))!, revokedAtMs: 1 }));
    const error = await expectError('sites-missing', open.rosters.submit(next(), 'test'));
    expect(error.message).to.contain('south').and.not.to.contain('north');
  });

  it('with more members than the lanes of its plan hold is refused', async () => {
    const { aggregation } = smallPlan();
    const { planHash } = await open.studies.submit(Buffer.from(JSON.stringify(smallPlan({ study: 'narrow', aggregation: { ...aggregation, lanes: '16+3' } }))), 'test');
    const nine = Array.from({ length: 9 }, (_, number) => ({ site: `site-${number}`, signingKey: stranger }));
    const roster = signNextRoster(undefined, { federation: open.federation, study: 'narrow', planHash, members: nine }, open.leadKey);
    const { problems } = await expectError('roster-invalid', open.rosters.submit(roster, 'test'));
    expect(problems).to.deep.equal([{ path: 'members', message: "are 9, and the study's lanes of 16+3 bits hold a sum over 8" }]);
  });

  describe('of a plan that names its sites', () => {
    const plan: PlanJson = smallPlan({ study: 'named', sites: ['mercy', 'north', 'south'] });
    const first = async (chosen: readonly RosterMember[]) => {
      const { planHash } = await open.studies.submit(Buffer.from(JSON.stringify(plan)), 'test');
      return signNextRoster(undefined, { federation: open.federation, study: 'named', planHash, members: chosen }, open.leadKey);
    };

    it('has members among these, and not all of them when one left', async () => {
      const { problems } = await expectError('roster-invalid', open.rosters.submit(await first(members), 'test'));
      expect(problems).to.deep.equal([{ path: 'members', message: 'are not all among the sites of the plan: mercy, north, south' }]);
      await open.rosters.submit(await first(fewer()), 'test');
    });
  });
});
