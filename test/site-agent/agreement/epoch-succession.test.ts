import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { expect } from 'chai';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { epochClosingDomain, epochClosingFields } from '../../../shared/statements/epoch-closing.ts';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { rosterHash, signRoster, type SignedRoster } from '../../../shared/statements/roster.ts';
import { rawPublicKey, signStatement } from '../../../shared/statements/signature.ts';
import type { EpochStart } from '../../../shared/statements/run-statements.ts';
import { runParametersHash } from '../../../shared/studies/run-parameters.ts';
import { assertClosing, assertContinues } from '../../../site-agent/agreement/epoch-succession.ts';
import { assertGround } from '../../../site-agent/agreement/ground.ts';
import type { EpochClosingRequest, EpochRoster } from '../../../site-agent/assignments/assignment.ts';
import { SeenRun } from '../../support/agreement.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const sites = ['mercy', 'north', 'south'];

describe('the end of an epoch', () => {
  let folder: TemporaryFolder;
  let run: SeenRun;
  let nextRoster: SignedRoster;
  let request: EpochClosingRequest;
  before(async () => {
    folder = temporaryFolder();
    run = await SeenRun.of(sites, folder.path);
    nextRoster = run.nextRoster();
    request = closing(run);
  });
  after(() => folder[Symbol.dispose]());

  function closing(of: SeenRun): EpochClosingRequest {
    const base = of.version(1);
    const outcome = of.outcome(2, base, {}, ['mercy', 'north']);
    const next = { round: 3, version: outcome.version, parametersHash: outcome.parametersHash, manifests: { update: 'u', statistics: 's' } };
    return { run: of.pinned.run, epoch: of.pinned.epoch, next, nextRoster, outcome };
  }
  const heads = { update: { number: 2, manifest: 'u' }, statistics: { number: 2, manifest: 's' } };

  it('is signed when it is what two members signed of the last round, and continues what the site signed', () => {
    assertClosing(request, run.pinned, heads);
  });

  it('may name manifests of rounds that the site missed', () => {
    assertClosing(request, run.pinned, { update: { number: 1, manifest: 'older' } });
  });

  const refusals: [title: string, code: ErrorCode, change: () => EpochClosingRequest][] = [
    ['of another epoch', 'epoch-mismatch', () => ({ ...request, epoch: 9 })],
    ['with a model that nobody signed', 'outcome-not-signed', () => ({ ...request, next: { ...request.next, version: 'doctored' } })],
    ['with an outcome that one member signed', 'outcome-not-signed', () => ({ ...request, outcome: { ...request.outcome!, signatures: request.outcome!.signatures.slice(0, 1) } })],
    ['that goes back behind what the site signed', 'manifest-chain-broken', () => ({ ...request, next: { ...request.next, manifests: { update: 'another', statistics: 's' } } })],
    ['for a roster of another lead', 'lead-key-changed', () => ({ ...request, nextRoster: run.nextRoster(generateKeyPairSync('ed25519').privateKey) })],
    ['for a roster that is no later', 'roster-out-of-date', () => ({ ...request, nextRoster: run.pinned.roster })],
  ];
  for (const [title, code, change] of refusals) {
    it(`is not signed ${title}`, () => {
      expect(() => assertClosing(change(), run.pinned, heads)).to.throw().with.property('code', code);
    });
  }

  it('is the end of the site\'s work in it', () => {
    const closed = { ...run.pinned, ending: { beforeRound: 3, digest: '' } };
    assertGround(run.ground(2, { base: run.version(1) }), closed, run.session.plan);
    expect(() => assertGround(run.ground(3, { base: run.version(1) }), closed, run.session.plan)).to.throw().with.property('code', 'epoch-closed');
  });

  /** The epoch that follows, signed by these members of the one before. */
  function following(signers: readonly string[], changes: Partial<EpochRoster> = {}): EpochRoster {
    const { epoch: number, roster, start } = run.pinned;
    const before = { ...run.pinned, rosterHash: rosterHash(roster) };
    const fields = epochClosingFields(before, { next: request.next, nextRosterHash: rosterHash(nextRoster) });
    const signatures = signers.map((site) => ({ site, signature: signStatement(run.keys.get(site) as KeyObject, epochClosingDomain, fields) }));
    return { ...before, epoch: number + 1, roster: nextRoster, rosterHash: rosterHash(nextRoster), start: request.next, custodian: 'north', closed: { number, start, roster, signatures }, ...changes };
  }
  const pinned = () => ({ ...run.pinned, rosterHash: rosterHash(run.pinned.roster) });

  it('signed by more than half of its members lets the next one begin, also at a site that is new', () => {
    assertContinues(following(['mercy', 'north']), pinned(), []);
    assertContinues(following(['mercy', 'north']), undefined, run.pinned.roster.members);
  });

  const broken: [title: string, code: ErrorCode, epoch: () => EpochRoster][] = [
    ['that too few members ended', 'epoch-not-closed', () => following(['mercy'])],
    ['that one member ended twice', 'epoch-not-closed', () => following(['mercy', 'mercy'])],
    ['that nobody ended', 'epoch-not-closed', () => following([], { closed: undefined })],
    ['after which it begins elsewhere than was signed', 'epoch-not-closed', () => following(['mercy', 'north'], { start: { ...request.next, version: 'doctored' } })],
    ['with another roster than was signed', 'epoch-not-closed', () => following(['mercy', 'north'], { rosterHash: 'another' })],
    ['of another lead', 'lead-key-changed', () => following(['mercy', 'north'], { roster: run.nextRoster(generateKeyPairSync('ed25519').privateKey) })],
  ];
  for (const [title, code, epoch] of broken) {
    it(`is not followed by an epoch ${title}`, () => {
      expect(() => assertContinues(epoch(), pinned(), [])).to.throw().with.property('code', code);
    });
  }

  it('whose members the hospital does not know is not followed, whoever signed its end', () => {
    const known = run.pinned.roster.members.filter(({ site }) => site !== 'north');
    for (const before of [undefined, { ...pinned(), epoch: run.pinned.epoch - 1 }]) {
      expect(() => assertContinues(following(['mercy', 'north']), before, known)).to.throw().with.property('code', 'epoch-not-closed');
    }
  });

  it('comes after a first epoch that begins with initial weights, whatever they are, and nothing else', () => {
    const first = (changes: Partial<EpochStart>): EpochRoster => ({ ...pinned(), closed: undefined, start: { ...firstEpochStart('initial'), ...changes } });
    assertContinues(first({}), undefined, []);
    assertContinues(first({ version: 'other weights' }), undefined, []);
    const parametersHash = runParametersHash({ clippingRanges: [1] });
    for (const changes of [{ parametersHash }, { manifests: { update: 'u', statistics: '' } }, { manifests: { update: '', statistics: 's' } }, { round: -1 }, { round: 1 }]) {
      expect(() => assertContinues(first(changes), undefined, []), JSON.stringify(changes)).to.throw().with.property('code', 'epoch-not-closed');
    }
  });

  it('of which the site knows another is not followed', () => {
    const other = signRoster({ ...run.pinned.roster, members: [...run.pinned.roster.members, { site: 'spy', signingKey: rawPublicKey(generateKeyPairSync('ed25519').privateKey) }] }, generateKeyPairSync('ed25519').privateKey);
    expect(() => assertContinues(following(['mercy', 'north']), { ...pinned(), rosterHash: rosterHash(other) }, [])).to.throw().with.property('code', 'epoch-not-closed');
  });
});
