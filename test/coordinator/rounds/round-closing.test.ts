import { expect } from 'chai';
import { closeRound, contributorsOf, offerId } from '../../../coordinator/rounds/round-closing.ts';
import type { Round } from '../../../coordinator/rounds/round.ts';
import { revokeSite } from '../../../coordinator/sites/revocation.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { shortPlan, smallPlan } from '../../support/small-study.ts';

const deadlineMs = 60_000;

describe('closing a round', () => {
  let open: OpenRound;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: deadlineMs / 1000, extensions: 1 } }), ['east', 'mercy', 'north', 'south']);
  });
  afterEach(() => open[Symbol.asyncDispose]());

  async function contributed(...sites: string[]): Promise<void> {
    const { id } = await open.round();
    await open.store.transaction(async ({ contributions }) => {
      for (const site of sites) await contributions.insert({ round: id, site, part: 'statistics', digest: site, nonce: new Uint8Array(16), tag: new Uint8Array(8), bytes: 1, acceptedAtMs: 0 });
    });
  }
  async function declined(site: string): Promise<void> {
    const round = await open.round();
    await open.store.transaction(({ rounds }) => rounds.decline({ run: round.run, site, assignment: offerId(round), code: 'training-failed', atMs: 0 }));
  }
  const close = async () => closeRound(open.conducting, await open.round());

  it('happens at once when all sites are in', async () => {
    await contributed('east', 'mercy', 'north', 'south');
    expect(await close()).to.equal('moved');
    expect((await open.round()).state).to.equal('CLOSING');
  });

  it('waits for the deadline while a site is missing, also with the quorum', async () => {
    await contributed('east', 'mercy', 'north');
    const { deadlineAtMs } = await open.round();
    expect(await close()).to.deep.equal({ waitUntilMs: deadlineAtMs });
    expect((await open.round()).state).to.equal('OPEN');
  });

  it('happens at the deadline with the quorum', async () => {
    await contributed('east', 'mercy', 'north');
    open.clock.aheadMs = deadlineMs;
    expect(await close()).to.equal('moved');
    expect((await open.round()).state).to.equal('CLOSING');
    expect(open.told.at(-1)).to.deep.include({ event: 'round-closing', contributors: ['east', 'mercy', 'north'] });
  });

  it('does not wait for a site that declined', async () => {
    await contributed('east', 'mercy', 'north');
    await declined('south');
    expect(await close()).to.equal('moved');
    expect((await open.round()).state).to.equal('CLOSING');
  });

  it('neither waits for a site that was revoked nor counts what it sent', async () => {
    await contributed('east', 'mercy', 'north');
    await revokeSite(open.store, open.clock, 'south', 'a person');
    expect(await close()).to.equal('moved');
    expect(open.told.at(-1)).to.deep.include({ event: 'round-closing', contributors: ['east', 'mercy', 'north'] });
  });

  it('does not happen with what a revoked site sent', async () => {
    await contributed('east', 'mercy', 'north', 'south');
    await revokeSite(open.store, open.clock, 'south', 'a person');
    expect(contributorsOf(await open.round(), await open.store.read.contributions.list((await open.round()).id))).to.deep.equal(['east', 'mercy', 'north']);
    const event = (await open.store.read.audit.list(0, 100)).at(-1)!;
    expect(event).to.deep.include({ action: 'contribution dropped', subject: (await open.round()).id });
    await revokeSite(open.store, open.clock, 'north', 'a person');
    expect(await close()).to.equal('moved');
    expect(await open.round()).to.include({ state: 'ABANDONED', reason: 'Only 2 of the 3 sites that are needed take part.' });
  });

  it('keeps its set when a contributor is revoked afterwards', async () => {
    await contributed('east', 'mercy', 'north', 'south');
    await close();
    await revokeSite(open.store, open.clock, 'south', 'a person');
    expect(contributorsOf(await open.round(), await open.store.read.contributions.list((await open.round()).id))).to.include('south');
  });

  it('does not wait for a site that was enrolled anew with other keys', async () => {
    await contributed('east', 'mercy', 'north');
    await open.store.transaction(async ({ sites }) => sites.save({ ...(await sites.find('south'))!, signingKey: new Uint8Array(32) }));
    expect(await close()).to.equal('moved');
    expect((await open.round()).state).to.equal('CLOSING');
  });

  it('is put off as often as the plan allows, and then the round is abandoned and names who was missing', async () => {
    await contributed('east', 'mercy');
    open.clock.aheadMs = deadlineMs;
    expect(await close()).to.have.property('waitUntilMs');
    expect(await open.round()).to.include({ state: 'OPEN', extensions: 1 });
    expect(open.told.at(-1)).to.deep.include({ event: 'round-extended', missing: ['north', 'south'] });
    open.clock.aheadMs = 2 * deadlineMs + 1000;
    expect(await close()).to.equal('moved');
    expect(await open.round()).to.include({ state: 'ABANDONED', reason: 'At the deadline 2 of 3 sites were in; missing: north, south.' });
    const actions = (await open.store.read.audit.list(0, 100)).map(({ action }) => action);
    expect(actions.slice(-2)).to.deep.equal(['round extended', 'round abandoned']);
  });

  it('does not wait for a quorum that cannot come any more', async () => {
    await declined('east');
    await declined('mercy');
    expect(await close()).to.equal('moved');
    expect(await open.round()).to.include({ state: 'ABANDONED', reason: 'Only 2 of the 3 sites that are needed take part.' });
  });

  it('writes a transition and its audit event together', async () => {
    await contributed('east', 'mercy', 'north', 'south');
    await close();
    const event = (await open.store.read.audit.list(0, 100)).at(-1)!;
    expect(event).to.deep.include({ action: 'round closing', subject: (await open.round()).id });
    expect(event.detail['contributors']).to.deep.equal(['east', 'mercy', 'north', 'south']);
  });
});

describe('the quorum of a round', () => {
  it('counts only sites of which every part is in', async () => {
    await using open = await startOpenRound(shortPlan(), ['mercy', 'north', 'south']);
    const round: Round = await open.round();
    const contribution = (site: string, part: 'update' | 'statistics') => ({ round: round.id, site, part, digest: '', nonce: new Uint8Array(), tag: new Uint8Array(), bytes: 1, acceptedAtMs: 0 });
    const half = [contribution('mercy', 'update'), contribution('north', 'update'), contribution('mercy', 'statistics')];
    expect(contributorsOf(round, half)).to.deep.equal(['mercy']);
  });
});
