import { expect } from 'chai';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { SignedRoster } from '../../../shared/statements/roster.ts';
import type { SignedStudyDecision, StudyDecision } from '../../../shared/statements/study-decision.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { signedDecision } from '../../support/signed-roster.ts';
import { smallPlan } from '../../support/small-study.ts';

describe('a hospital\'s decision about a study', () => {
  let open: OpenRound;
  let roster: SignedRoster;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    await open.studies.submit(Buffer.from(JSON.stringify(smallPlan({ study: 'asked' }))), 'test');
    roster = (await open.sign('asked')).roster;
  });
  afterEach(() => open[Symbol.asyncDispose]());

  const signed = (site: string, changes: Partial<StudyDecision> = {}) => signedDecision(roster, site, open.signingKey(site), changes);
  const standing = async () => Object.fromEntries((await open.decisions.standing('asked')).members.map(({ site, decision }) => [site, decision?.decision]));
  const events = async () => (await open.store.read.audit.list(0, 1000)).filter(({ subject, action }) => subject === 'asked' && /^study (approved|refused|withdrawn)$/.test(action));

  it('is kept with its signature and its audit event; saying it again changes nothing', async () => {
    const decision = signed('mercy', { decidedBy: 'policy' });
    await open.decisions.decide('mercy', decision);
    await open.decisions.decide('mercy', decision);
    expect(await standing()).to.deep.equal({ mercy: 'approved', north: undefined, south: undefined });
    const [kept] = await open.store.read.studyDecisions.list('asked', decision.rosterHash);
    expect(kept).to.deep.equal({ ...decision, signature: new Uint8Array(decision.signature) });
    const [event, ...others] = await events();
    expect(event).to.deep.include({ actor: 'site mercy', action: 'study approved' });
    expect(event!.detail).to.deep.equal({ planHash: roster.planHash, rosterHash: decision.rosterHash, decidedBy: 'policy', code: '' });
    expect(others).to.deep.equal([]);
  });

  it('is followed by a later one, and all are kept', async () => {
    await open.decisions.decide('mercy', signed('mercy'));
    await open.decisions.decide('mercy', signed('mercy', { decision: 'withdrawn', decidedAtMs: 2 }));
    expect(await standing()).to.include({ mercy: 'withdrawn' });
    await open.decisions.decide('mercy', signed('mercy'));
    expect(await standing(), 'said again').to.include({ mercy: 'withdrawn' });
    const last = signed('mercy', { decidedAtMs: 3 });
    await open.decisions.decide('mercy', last);
    expect(await standing()).to.include({ mercy: 'approved' });
    expect((await open.store.read.studyDecisions.history('asked', last.rosterHash)).map(({ decision }) => decision)).to.deep.equal(['approved', 'withdrawn', 'approved']);
    expect((await events()).map(({ action }) => action)).to.deep.equal(['study approved', 'study withdrawn', 'study approved']);
  });

  const refused: [title: string, code: ErrorCode, decision: () => SignedStudyDecision][] = [
    ['that another site signed', 'signature-invalid', () => signedDecision(roster, 'mercy', open.signingKey('north'))],
    ['that says something else than was signed', 'signature-invalid', () => ({ ...signed('mercy', { decision: 'withdrawn' }), decision: 'approved' })],
    ['for another federation', 'signature-invalid', () => signed('mercy', { federation: 'another' })],
    ['about a roster that is not there', 'roster-missing', () => signed('mercy', { rosterHash: 'a'.repeat(64) })],
    ['about another plan', 'roster-missing', () => signed('mercy', { planHash: 'a'.repeat(64) })],
    ['about the roster of another study', 'roster-missing', () => signed('mercy', { study: 'small-study' })],
    ['with a reason that is not in the catalogue', 'invalid-request', () => signed('mercy', { decision: 'refused', code: 'age=93' })],
    ['with a reason for an approval', 'invalid-request', () => signed('mercy', { code: 'too-few-samples' })],
  ];
  for (const [title, code, decision] of refused) {
    it(`${title} is refused`, async () => {
      await expectError(code, open.decisions.decide('mercy', decision()));
      expect(await standing()).to.deep.equal({ mercy: undefined, north: undefined, south: undefined });
      expect(await events()).to.deep.equal([]);
    });
  }

  it('of a site that is not on the roster is refused', async () => {
    await expectError('not-a-member', open.decisions.decide('ghost', signedDecision(roster, 'ghost', open.signingKey('mercy'))));
  });

  it('is waited for until every member has decided, one way or the other', async () => {
    const waiting = open.decisions.decided('asked', AbortSignal.timeout(5000));
    for (const site of ['mercy', 'north']) await open.decisions.decide(site, signed(site));
    await open.decisions.decide('south', signed('south', { decision: 'refused', code: 'too-few-samples' }));
    expect((await waiting).members.map(({ decision }) => decision?.decision)).to.deep.equal(['approved', 'approved', 'refused']);
  });

  it('is not waited for any longer than the signal says', async () => {
    const stop = new AbortController();
    const waiting = open.decisions.decided('asked', stop.signal).catch((error: unknown) => error);
    stop.abort('enough');
    expect(await waiting).to.equal('enough');
  });
});
