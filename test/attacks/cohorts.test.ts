import { EventEmitter, once } from 'node:events';
import { expect } from 'chai';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { CoSignatureRequest } from '../../shared/wire/generated/consilium/v1/CoSignatureRequest.ts';
import type { ContributionHeader } from '../../shared/wire/generated/consilium/v1/ContributionHeader.ts';
import type { RoundOffer } from '../../shared/wire/generated/consilium/v1/RoundOffer.ts';
import { services } from '../../shared/wire/services.ts';
import { chosenSum } from '../support/chosen-sum.ts';
import { patience } from '../support/patience.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { decryptions, expectRefused, expectRefusedByAll, refusalCodes } from '../support/refusals.ts';
import { payload, SumForger } from '../support/sum-forger.ts';
import { shortPlan } from '../support/small-study.ts';

const sites = ['mercy', 'north', 'south', 'west'];
const threeOfFour = ['mercy', 'north', 'south'];

describe('a coordinator that wants two sums whose difference is one hospital', () => {
  let federation: ProgramFederation;
  before(async () => {
    federation = await startProgramFederation(sites);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  it('gets the second one from nobody when it gives a round up after its sum and opens it again without one', async () => {
    const { cheater } = federation;
    const offers = new Map<string, RoundOffer>();
    let agreed: CoSignatureRequest | undefined;
    using _watching = cheater.replies(services.siteLink.Watch, async function* (assignments, { site }) {
      for await (const work of assignments) {
        if (work.round) offers.set(site, work.round);
        agreed = work.coSignature ?? agreed;
        yield work;
      }
    });
    const answers = new EventEmitter();
    // The real coordinator never hears of the sum, and goes on waiting.
    using _keepingSums = cheater.answers(services.decryptions.Report, async function* (reports, { site }) {
      const [first] = await Array.fromAsync(reports);
      answers.emit('report', site);
      yield { ledger: cheater.countersign(site, first!.result!.ledgerHead!) };
    });
    const again = new Map<string, { header: ContributionHeader; ciphertexts: Buffer }>();
    using _keepingUploads = cheater.answers(services.contributions.Upload, async function* (messages, { site }, forward) {
      const [first, ...chunks] = await Array.fromAsync(messages);
      const header = first!.header!;
      if (header.attempt === 1) return yield* forward(each([first!, ...chunks]));
      again.set(`${site} ${header.part}`, { header, ciphertexts: Buffer.concat(chunks.map(({ ciphertexts }) => ciphertexts!)) });
      answers.emit('upload');
      yield { digest: header.digest, ledger: cheater.countersign(site, header.ledgerHead!) };
    });

    const opened = reports(answers, 2);
    const run = await federation.start(shortPlan({ study: 'reopened', rounds: { count: 1, quorum: 4, deadlineSeconds: 60 } }));
    await opened;
    const before = await decryptions(federation, sites);
    for (const site of threeOfFour) {
      const offer = offers.get(site)!;
      await cheater.assign(site, { id: 'once more', round: { ...offer, ground: { ...offer.ground!, attempt: 2 } } });
    }
    const signal = patience();
    while (again.size < 2 * threeOfFour.length) await once(answers, 'upload', { signal });
    const manifests = await Promise.all(agreed!.manifests.map(async (manifest) => {
      const uploads = threeOfFour.map((site) => ({ site, ...again.get(`${site} ${manifest.part}`)! }));
      const aggregateDigest = sha256Hex(await chosenSum(uploads.map(({ ciphertexts }) => ciphertexts)));
      return { ...manifest, attempt: 2, aggregateDigest, contributions: uploads.map(({ site, header: { digest, nonce, tag } }) => ({ site, digest, nonce, tag })) };
    }));
    for (const site of threeOfFour) {
      await cheater.assign(site, { id: 'sign once more', coSignature: { ground: { ...agreed!.ground!, attempt: 2 }, manifests } });
      await expectRefused(federation, run, site, 'base-already-summed');
    }
    expect(await decryptions(federation, sites)).to.equal(before);
    expect((await federation.stop(run)).state).to.equal('STOPPED');
  });

  it('gets no second sum from the same weights in another run', async () => {
    const plan = shortPlan({ study: 'same-weights', rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });
    const first = await federation.run(plan, 7);
    expect(first.state, first.reason).to.equal('COMPLETED');
    const before = await decryptions(federation, sites);
    using _dropping = drop('west', () => true);
    const second = await federation.run(plan, 7);
    expect(second.state).to.equal('FAILED');
    await expectRefusedByAll(federation, second.id, 'base-already-summed');
    expect(await refusalCodes(federation, second.id)).to.deep.equal(new Set(['layout-mismatch', 'base-already-summed']));
    expect(await decryptions(federation, sites)).to.equal(before);
  });

  it('gets no statistics of a round without one hospital, and the run goes on', async () => {
    using _dropping = drop('west', (round) => round.endsWith('.1'));
    const { id, state, reason, rounds } = await federation.run(shortPlan({ study: 'dropped', rounds: { count: 3, quorum: 3, deadlineSeconds: 60 } }));
    expect(state, reason).to.equal('COMPLETED');
    expect(rounds[1]?.contributors).to.have.members(threeOfFour);
    expect(rounds.map(({ evaluation }) => evaluation !== null)).to.deep.equal([true, false, true, true]);
    const opened = (await federation.read.decryptions.list(`${id}.1`)).flatMap(({ answer }) => (answer ? Object.keys(answer.sumDigests) : []));
    expect(opened).not.to.include('statistics');
  });

  it('gets no signature under statistics without one hospital, once they were opened with it', async () => {
    using _forging = new SumForger(federation, async ({ manifest: { round, contributions } }) => {
      if (!round.endsWith('.1')) return undefined; // the closing evaluation
      const narrowed = contributions.filter(({ site }) => site !== 'west');
      return { ciphertexts: await chosenSum(await Promise.all(narrowed.map(({ digest }) => payload(federation, digest)))), contributions: narrowed };
    });
    const { id, state, reason, rounds } = await federation.run(shortPlan({ study: 'narrowed', rounds: { count: 1, quorum: 4, deadlineSeconds: 60 } }));
    expect(state, reason).to.equal('COMPLETED'); // with its model, and without the closing evaluation
    expect(rounds.map((round) => round.state)).to.deep.equal(['PUBLISHED', 'ABANDONED']);
    await expectRefusedByAll(federation, id, 'cohort-changed');
    expect(await federation.auditEvents('sum decrypted', `${id}.1`)).to.deep.equal([]);
  });

  /** Tells a site that its contributions to some rounds are refused, so that it takes no part in them. */
  function drop(dropped: string, isDropped: (round: string) => boolean): Disposable {
    return federation.cheater.requests(services.contributions.Upload, async function* (messages, { site }) {
      for await (const message of messages) {
        if (site === dropped && message.header && isDropped(message.header.round)) throw new ConsiliumError('layout-mismatch', 'It is not.');
        yield message;
      }
    });
  }
});

async function* each<Message>(messages: readonly Message[]): AsyncGenerator<Message> {
  yield* messages;
}

async function reports(answers: EventEmitter, count: number): Promise<void> {
  for (let heard = 0; heard < count; heard++) await once(answers, 'report');
}
