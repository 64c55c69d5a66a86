import { expect } from 'chai';
import { awaitGroupKey } from '../../../coordinator/group-keys/group-key-wait.ts';
import { agreeRound } from '../../../coordinator/rounds/round-agreement.ts';
import { offerId } from '../../../coordinator/rounds/round-closing.ts';
import { moveRound } from '../../../coordinator/rounds/round-transition.ts';
import { runWait, type RunWait } from '../../../coordinator/runs/run-wait.ts';
import { revokeSite } from '../../../coordinator/sites/revocation.ts';
import type { Manifest } from '../../../shared/statements/manifest.ts';
import { signNextRoster } from '../../../shared/statements/roster.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

const deadlineMs = 90_000;
const patienceMs = 2 * deadlineMs; // the plan puts a deadline off once

describe('a run waits', () => {
  let open: OpenRound;
  let epoch: number;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan({ rounds: { count: 1, quorum: 3, deadlineSeconds: deadlineMs / 1000, extensions: 1 } }), ['east', 'mercy', 'north', 'south']);
    epoch = (await open.store.read.epochs.findByRun(open.conducting.run.id))!.number;
  });
  afterEach(() => open[Symbol.asyncDispose]());

  const waiting = async (startedAtMs = 0): Promise<RunWait | undefined> => {
    const run = await open.store.read.runs.find(open.conducting.run.id);
    return runWait(open.store.read, open.conducting.context.study.plan, run!, startedAtMs);
  };
  const awaited = async () => (await waiting())?.sites.map(({ site, task }) => `${site} ${task}`);

  describe('for keys', () => {
    const key = new Uint8Array(32);
    beforeEach(() => open.store.transaction(({ runs }) => runs.update(open.conducting.run.id, { state: 'KEYING' })));
    const offer = (...sites: string[]) => open.store.transaction(async ({ epochs }) => {
      for (const site of sites) await epochs.setOffer(epoch, site, { publicKey: key, signature: key, offeredAtMs: open.clock.nowMs() });
    });
    const confirm = (...sites: string[]) => open.store.transaction(async ({ epochs }) => {
      for (const site of sites) await epochs.setConfirmed(epoch, site, open.clock.nowMs());
    });
    const custodian = async () => (await open.store.read.epochs.find(epoch))!.custodian;

    it('of members that have not offered theirs, then for the custodian, then for those that have not opened the group key', async () => {
      await offer('east', 'mercy', 'south');
      expect(await awaited()).to.deep.equal(['north epoch-key']);
      await offer('north');
      expect(await awaited()).to.deep.equal([`${await custodian()} group-key`]);
      await open.store.transaction(({ epochs }) => epochs.setGroupKey(epoch, 'a hash', []));
      await confirm(await custodian());
      const others = ['east', 'mercy', 'north', 'south'].filter((site) => site !== 'mercy'); // it is the custodian of a study's first run
      expect(await awaited()).to.deep.equal(others.map((site) => `${site} sealed-group-key`));
    });

    it('as long as the plan is patient, and then the run ends and names who was silent', async () => {
      await offer('east', 'mercy', 'south');
      const { untilMs, sinceMs, stuckAtMs } = (await waiting())!;
      expect([untilMs! - sinceMs, stuckAtMs - sinceMs]).to.deep.equal([patienceMs, deadlineMs]);
      expect(await awaitGroupKey(open.conducting)).to.deep.equal({ waitUntilMs: untilMs });
      open.clock.aheadMs = patienceMs;
      const { message } = await expectError('sites-silent', awaitGroupKey(open.conducting));
      expect(message).to.contain('north to offer its key').and.not.to.contain('mercy');
    });

    it('anew for each part of the work, and after a start of the coordinator', async () => {
      open.clock.aheadMs = patienceMs - 1000;
      await offer('east', 'mercy', 'north', 'south');
      open.clock.aheadMs = patienceMs + 1000;
      expect(await awaitGroupKey(open.conducting)).to.have.property('waitUntilMs');
      open.clock.aheadMs = 3 * patienceMs;
      const startedAtMs = open.clock.nowMs();
      expect(await awaitGroupKey({ ...open.conducting, startedAtMs })).to.deep.equal({ waitUntilMs: startedAtMs + patienceMs });
      expect((await waiting(startedAtMs))!.untilMs).to.equal(startedAtMs + patienceMs);
      await expectError('sites-silent', awaitGroupKey(open.conducting));
    });
  });

  describe('for contributions', () => {
    it('of members that are neither in nor have declined, until the deadline of the round', async () => {
      await open.receive('mercy', await open.seal());
      const round = await open.round();
      await open.store.transaction(({ rounds }) => rounds.decline({ run: round.run, site: 'south', assignment: offerId(round), code: 'training-failed', atMs: 0 }));
      expect(await awaited()).to.deep.equal(['east contribution', 'north contribution']);
      const [accepted] = await open.store.read.contributions.list(round.id);
      expect(await waiting()).to.include({ sinceMs: accepted!.acceptedAtMs, untilMs: round.deadlineAtMs, stuckAtMs: round.openedAtMs + deadlineMs });
    });

    it('of nobody while the coordinator sums', async () => {
      const round = await open.round();
      await open.store.transaction((tables) => moveRound(tables, round, 'CLOSING', { atMs: 0 }));
      expect(await waiting()).to.equal(undefined);
    });
  });

  describe('for signatures', () => {
    let atMs: number;
    beforeEach(async () => {
      atMs = open.clock.nowMs();
      for (const state of ['CLOSING', 'AGGREGATED'] as const) {
        const round = await open.round();
        await open.store.transaction((tables) => moveRound(tables, round, state, { atMs }));
      }
      const { id, attempt, purpose, baseVersion } = await open.round();
      const contributions = ['east', 'mercy', 'north'].map((site) => ({ site, digest: site, nonce: new Uint8Array(16), tag: new Uint8Array(8) }));
      const manifest: Manifest = { round: id, attempt, purpose, part: 'statistics', layoutFingerprint: '', parametersHash: '', base: baseVersion, contributions, aggregateDigest: '', previous: '' };
      await open.store.transaction(({ manifests }) => manifests.insert(manifest, 'a digest'));
    });
    const sign = async (site: string) => {
      const { id } = await open.round();
      await open.store.transaction(({ manifests }) => manifests.sign(id, 'statistics', { site, signature: new Uint8Array(64) }));
    };

    it('of members that have not signed, and gives the round up when nobody does in time', async () => {
      expect(await awaited()).to.deep.equal(['east', 'mercy', 'north', 'south'].map((site) => `${site} co-signature`));
      expect(await waiting()).to.include({ sinceMs: atMs, untilMs: atMs + patienceMs, stuckAtMs: atMs + deadlineMs });
      expect(await agreeRound(open.conducting, await open.round())).to.deep.equal({ waitUntilMs: atMs + patienceMs });
      open.clock.aheadMs = patienceMs;
      expect(await agreeRound(open.conducting, await open.round())).to.equal('moved');
      expect((await open.round()).reason).to.equal('No site signed what makes up the sum in time; the run waited for east, mercy, north, south.');
    });

    it('without end once one has signed: such a round is never given up for silence', async () => {
      await sign('mercy');
      open.clock.aheadMs = 100 * patienceMs;
      expect(await awaited()).to.deep.equal(['east', 'north', 'south'].map((site) => `${site} co-signature`));
      expect((await waiting())!.untilMs).to.equal(null);
      expect(await agreeRound(open.conducting, await open.round())).to.equal('waiting');
    });

    it('of the decryptors that were asked and have not answered', async () => {
      const round = await open.round();
      await open.store.transaction(async (tables) => {
        await moveRound(tables, round, 'DECRYPTING', { atMs });
        await tables.decryptions.ask({ round: round.id, site: 'mercy', returnSums: true, askedAtMs: atMs + 7 });
      });
      expect(await waiting()).to.deep.equal({ sites: [{ site: 'mercy', task: 'decryption', sinceMs: atMs + 7 }], sinceMs: atMs + 7, untilMs: null, stuckAtMs: atMs + 7 + deadlineMs });
    });
  });

  it('between two rounds for a roster without a site that was revoked, and counts as stuck at once', async () => {
    for (const state of ['CLOSING', 'AGGREGATED', 'DECRYPTING', 'VERIFIED', 'PUBLISHED'] as const) {
      const round = await open.round();
      await open.store.transaction((tables) => moveRound(tables, round, state, { atMs: 5 }));
    }
    expect(await waiting()).to.equal(undefined);
    await revokeSite(open.store, open.clock, 'south', 'a person');
    expect(await waiting()).to.deep.equal({ sites: [{ site: 'south', task: 'roster', sinceMs: 5 }], sinceMs: 5, untilMs: null, stuckAtMs: 5 });
    const [recorded] = await open.rosters.list('small-study');
    const { federation, study, planHash, members } = recorded!.roster;
    await open.rosters.submit(signNextRoster(recorded!.roster, { federation, study, planHash, members: members.filter(({ site }) => site !== 'south') }, open.leadKey), 'test');
    expect(await awaited()).to.deep.equal(['east approval', 'mercy approval', 'north approval']);
  });
});
