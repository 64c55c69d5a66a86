import { expect } from 'chai';
import { Decryptions, type DecryptionReport } from '../../../coordinator/decryptions/decryptions.ts';
import { moveRound } from '../../../coordinator/rounds/round-transition.ts';
import { identityOf, membershipOf } from '../../../coordinator/runs/membership.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { roundOutcomeDomain, roundOutcomeFields } from '../../../shared/statements/round-outcome.ts';
import type { Manifest } from '../../../shared/statements/manifest.ts';
import { signStatement } from '../../../shared/statements/signature.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

const federation = 'federation-1';
/** As many bytes as the layout of the round has lanes, times four. */
const sum = Buffer.alloc(132, 'lane sums');
const sumDigest = sha256Hex(sum);
const manifestDigest = 'a'.repeat(64);
const manifest: Manifest = {
  round: 'small-study-1.0', attempt: 1, purpose: 'normalisation', part: 'statistics', layoutFingerprint: '', parametersHash: '', base: '', contributions: [], aggregateDigest: 'd'.repeat(64), previous: '',
};

describe('a decryptor\'s answer', () => {
  let open: OpenRound;
  let decryptions: Decryptions;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    decryptions = new Decryptions({ ...open, federation });
    await open.store.transaction(async (tables) => {
      for (const state of ['CLOSING', 'AGGREGATED', 'DECRYPTING'] as const) {
        await moveRound(tables, (await tables.rounds.list('small-study-1')).at(-1)!, state, { atMs: 0 });
      }
      await tables.manifests.insert(manifest, manifestDigest);
      await tables.decryptions.ask({ round: 'small-study-1.0', site: 'mercy', returnSums: true, askedAtMs: 0 });
      await tables.decryptions.ask({ round: 'small-study-1.0', site: 'north', returnSums: false, askedAtMs: 0 });
    });
  });
  afterEach(() => open[Symbol.asyncDispose]());

  async function answerOf(site: string, changes: { manifest?: string; signer?: string } = {}): Promise<DecryptionReport> {
    const { id, attempt } = await open.round();
    const identity = identityOf(federation, open.conducting.context, await membershipOf(open.store.read, open.conducting.run.id, site));
    const result = { round: id, attempt, version: 'v', parametersHash: 'p' };
    const parts = [{ part: 'statistics' as const, manifest: changes.manifest ?? manifestDigest, sumDigest }];
    const signature = signStatement(open.signingKey(changes.signer ?? site), roundOutcomeDomain, roundOutcomeFields(identity, { ...result, parts }));
    return { ...result, sumDigests: { statistics: sumDigest }, signature, ledgerHead: open.nextHead(site) };
  }
  const report = (site: string, answer: DecryptionReport, bytes = sum) => decryptions.report(site, answer, () => stream(bytes));
  const receipts = () => open.store.read.departureReceipts.list('small-study-1.0');
  const answers = async () => (await open.store.read.decryptions.list('small-study-1.0')).filter(({ answer }) => answer).map(({ site }) => site);

  it('counts when it is signed over what was asked, and its sums are kept', async () => {
    await report('mercy', await answerOf('mercy'));
    await report('north', await answerOf('north'), Buffer.alloc(0));
    expect(await answers()).to.have.members(['mercy', 'north']);
    expect(await open.payloads.readAll(sumDigest)).to.deep.equal(sum);
  });

  it('of a site that was not asked is ignored', async () => {
    await expectError('decryption-not-asked', async () => report('south', await answerOf('south')));
  });

  it('signed by another site is refused', async () => {
    await expectError('signature-invalid', async () => report('mercy', await answerOf('mercy', { signer: 'north' })));
  });

  it('over another manifest than the coordinator\'s is refused', async () => {
    await expectError('signature-invalid', async () => report('mercy', await answerOf('mercy', { manifest: 'b'.repeat(64) })));
  });

  it('altered after it was signed is refused', async () => {
    await expectError('signature-invalid', async () => report('mercy', { ...(await answerOf('mercy')), version: 'c'.repeat(64) }));
  });

  it('whose sums are not those that it signed is refused', async () => {
    await expectError('digest-mismatch', async () => report('mercy', await answerOf('mercy'), Buffer.alloc(132, 'other sums')));
    expect(await answers()).to.deep.equal([]);
  });

  it('whose sums are longer or shorter than the layout is refused before it is kept', async () => {
    await expectError('contribution-too-large', async () => report('mercy', await answerOf('mercy'), Buffer.concat([sum, sum])));
    await expectError('ciphertext-truncated', async () => report('mercy', await answerOf('mercy'), sum.subarray(1)));
    expect(await answers()).to.deep.equal([]);
  });

  it('that comes again changes nothing, and the first receipt is kept', async () => {
    const first = await report('mercy', await answerOf('mercy'));
    await report('mercy', { ...(await answerOf('mercy')), signature: Buffer.alloc(64) });
    expect(await answers()).to.deep.equal(['mercy']);
    expect(await receipts()).to.deep.equal([{ round: 'small-study-1.0', site: 'mercy', what: 'opened-sum', ...first }]);
    const [event, ...more] = (await open.store.read.audit.list(0, 1000)).filter(({ action }) => action === 'sum decrypted');
    expect([event!.detail['ledger'], more]).to.deep.equal([{ sequence: first.sequence, hash: first.hash }, []]);
  });

  it('that comes again while the first one is under way counts once', async () => {
    const [first, again] = [await answerOf('mercy'), await answerOf('mercy')];
    const [isUnderWay, isFirstIn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const waiting = async function* () {
      isUnderWay.resolve();
      await isFirstIn.promise;
      yield sum;
    };
    const repeated = decryptions.report('mercy', again, waiting);
    await isUnderWay.promise;
    await report('mercy', first);
    isFirstIn.resolve();
    expect((await repeated).sequence).to.equal(again.ledgerHead.sequence);
    expect((await receipts()).map(({ sequence }) => sequence)).to.deep.equal([first.ledgerHead.sequence]);
  });

  it('alone opens nothing to a site that was not asked: the sum is for decryptors', async () => {
    await expectError('decryption-not-asked', Array.fromAsync(decryptions.sum('south', 'small-study-1.0', 'statistics')));
  });
});

async function* stream(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
