import { expect } from 'chai';
import { seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { ContributionChunk } from '../../shared/wire/generated/consilium/v1/ContributionChunk.ts';
import { services } from '../../shared/wire/services.ts';
import { chosenSum, exchanged, shifted } from '../support/chosen-sum.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { decryptions, expectRefused, expectRefusedByAll, refusalCodes } from '../support/refusals.ts';
import { layerModel } from '../support/layer-model.ts';
import { shortPlan, type PlanJson } from '../support/small-study.ts';
import { payload, SumForger, type AskedSum, type Forgery } from '../support/sum-forger.ts';

const sites = ['mercy', 'north', 'south', 'west'];
const rounds = { count: 2, quorum: 4, deadlineSeconds: 60 };
const plan = shortPlan({ study: 'sums', rounds });
/** Of more values than two ciphertexts hold. */
const chunkedPlan = shortPlan({ study: 'chunks', rounds, model: { topology: layerModel(3, [{ units: 150, activation: 'relu' }, { units: 150, activation: 'relu' }, { units: 1, activation: 'sigmoid' }]) } });

describe('a coordinator that shows hospitals something else than the sum', () => {
  let federation: ProgramFederation;
  before(async () => {
    federation = await startProgramFederation(sites);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  const contributions = ({ manifest }: AskedSum, ...named: string[]) =>
    Promise.all(named.map((site) => payload(federation, manifest.contributions.find((one) => one.site === site)!.digest)));
  const honest = ({ manifest }: AskedSum) => payload(federation, manifest.aggregateDigest);
  const manifestsOf = async (round: string) => (await federation.read.manifests.list(round)).map(({ manifest }) => manifest);

  async function otherPart({ manifest }: AskedSum): Promise<Buffer> {
    const other = (await manifestsOf(manifest.round)).find(({ part }) => part !== manifest.part.toLowerCase());
    return payload(federation, other!.aggregateDigest);
  }

  /** What the coordinator has of the run's first round. */
  async function ofFirstRound({ run, manifest }: AskedSum): Promise<{ aggregate: Buffer; contribution: (site: string) => Promise<Buffer> }> {
    const { aggregateDigest, contributions: summed } = (await manifestsOf(`${run}.0`)).find(({ part }) => part === manifest.part.toLowerCase())!;
    return {
      aggregate: await payload(federation, aggregateDigest),
      contribution: (site) => payload(federation, summed.find((one) => one.site === site)!.digest),
    };
  }

  interface Attack {
    readonly code?: ErrorCode;
    readonly of?: PlanJson;
  }
  const forgeries: [title: string, forge: (asked: AskedSum) => Promise<Forgery | undefined>, attack?: Attack][] = [
    ['the ciphertext of one hospital', async (asked) => ({ ciphertexts: await chosenSum(await contributions(asked, 'mercy')) })],
    ['a sum in which one hospital is twice and another is not', async (asked) => ({ ciphertexts: await chosenSum(await contributions(asked, 'mercy', 'mercy', 'north', 'south')) })],
    ['a sum from which one hospital was left out after all had signed for it', async (asked) => ({ ciphertexts: await chosenSum(await contributions(asked, 'mercy', 'north', 'south')) })],
    ['the sum with a constant added', async (asked) => ({ ciphertexts: shifted(await honest(asked), 0, 1n) })],
    ['the sum with one bit flipped, which decrypts to the same', async (asked) => ({ ciphertexts: oneBitFlipped(await honest(asked)) })],
    ['the sum of the other part', async (asked) => ({ ciphertexts: await otherPart(asked) })],
    ['the sum of the round before', async (asked) => (isSecondRound(asked) ? { ciphertexts: (await ofFirstRound(asked)).aggregate } : undefined)],
    ["a sum with one hospital's contribution to the round before", async (asked) =>
      isSecondRound(asked)
        ? { ciphertexts: await chosenSum([await (await ofFirstRound(asked)).contribution('mercy'), ...(await contributions(asked, 'north', 'south', 'west'))]) }
        : undefined],
    ['one manifest to two hospitals and another to the others', async (asked) => {
      if (!isUpdate(asked)) return undefined; // statistics keep to their cohort, and would be refused for that
      const named = ['mercy', 'north'].includes(asked.site) ? ['mercy', 'north', 'south'] : ['north', 'south', 'west'];
      return {
        ciphertexts: await chosenSum(await contributions(asked, ...named)),
        contributions: asked.manifest.contributions.filter(({ site }) => named.includes(site)),
      };
    }, { code: 'co-signatures-missing' }],
    ['two chunks of the sum in each other\'s place', async (asked) => (isUpdate(asked) ? { ciphertexts: exchanged(await honest(asked)) } : undefined), { of: chunkedPlan }],
    ["two chunks of one hospital's contribution in each other's place", async (asked) => {
      if (!isUpdate(asked)) return undefined;
      const [first, ...others] = await contributions(asked, ...sites);
      return { ciphertexts: await chosenSum([exchanged(first!, seededCiphertextBytes), ...others]) };
    }, { of: chunkedPlan }],
  ];
  for (const [title, forge, { code = 'tag-mismatch', of: study = plan } = {}] of forgeries) {
    it(`is refused with ${title}: no key is used, and nothing more is opened in that epoch`, async () => {
      using forger = new SumForger(federation, forge);
      const run = await federation.start(study);
      await forger.signatures(sites.length);
      const before = await decryptions(federation, sites);
      for (const site of ['mercy', 'south']) {
        await forger.ask(site);
        await expectRefused(federation, run, site, code);
        await forger.ask(site, 'honest');
        await expectRefused(federation, run, site, 'decryption-stopped');
      }
      expect(await decryptions(federation, sites)).to.equal(before);
      expect((await federation.stop(run)).state).to.equal('STOPPED');
    });
  }

  it('is refused with other bytes than were signed for, and the run stops by itself', async () => {
    using _serving = federation.cheater.answers(services.decryptions.DownloadSum, async function* (requests) {
      for await (const { round } of requests) {
        const mercys = (await federation.read.contributions.list(round)).find(({ site }) => site === 'mercy')!;
        yield { bytes: await chosenSum([await payload(federation, mercys.digest)]) };
      }
    });
    const before = await decryptions(federation, sites);
    const { id, state, reason } = await federation.run(plan);
    expect(state).to.equal('FAILED');
    expect(reason).to.contain('mercy').and.to.contain('west');
    await expectRefusedByAll(federation, id, 'digest-mismatch');
    expect(await decryptions(federation, sites)).to.equal(before);
  });

  it("is refused when it gave one hospital's contribution the name of another, and the run stops", async () => {
    const exchange = new Exchange('mercy', 'north');
    using _swapping = federation.cheater.requests(services.contributions.Upload, (messages, { site }) => exchange.through(site, messages));
    const before = await decryptions(federation, sites);
    const { id, state, reason } = await federation.run(plan);
    expect(state, reason).to.equal('FAILED');
    expect(await refusalCodes(federation, id)).to.deep.equal(new Set(['manifest-refused']));
    await expectRefusedByAll(federation, id, 'manifest-refused');
    expect(await decryptions(federation, sites)).to.equal(before);
  });
});

const isUpdate = ({ manifest }: AskedSum): boolean => manifest.part === 'UPDATE';
const isSecondRound = ({ manifest }: AskedSum): boolean => manifest.round.endsWith('.1');

function oneBitFlipped(ciphertexts: Buffer): Buffer {
  const bytes = Buffer.from(ciphertexts);
  bytes[113 + 8 * 200]! ^= 1; // the lowest bit of a word: noise
  return bytes;
}

/** Gives each of two sites' uploads of a part the other one's content. */
class Exchange {
  readonly #partner: Readonly<Record<string, string>>;
  readonly #uploads = new Map<string, PromiseWithResolvers<ContributionChunk[]>>();

  constructor(one: string, other: string) {
    this.#partner = { [one]: other, [other]: one };
  }

  async *through(site: string, messages: AsyncIterable<ContributionChunk>): AsyncGenerator<ContributionChunk> {
    const partner = this.#partner[site];
    if (partner === undefined) return yield* messages;
    const own = await Array.fromAsync(messages);
    const { round, part, ledgerHead } = own[0]!.header!;
    this.#upload(`${site} ${round} ${part}`).resolve(own);
    const [first, ...ciphertexts] = await this.#upload(`${partner} ${round} ${part}`).promise;
    yield* [{ header: { ...first!.header!, ledgerHead } }, ...ciphertexts];
  }

  #upload(name: string): PromiseWithResolvers<ContributionChunk[]> {
    const known = this.#uploads.get(name) ?? Promise.withResolvers<ContributionChunk[]>();
    this.#uploads.set(name, known);
    return known;
  }
}
