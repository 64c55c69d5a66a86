import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { versionDigest } from '../../shared/statements/model-lineage.ts';
import { roundNumberOf } from '../../shared/studies/round-number.ts';
import type { BaseVersion, RoundOffer } from '../assignments/assignment.ts';
import type { Egress } from '../egress/egress.ts';

/** What a site knows of its own past, and whom it asks about the others'. */
export interface LineageTools {
  /** This site's name. */
  readonly site: string;
  /** Number of the epoch's first round. */
  readonly firstRound: number;
  readonly egress: Pick<Egress, 'sealedFor'>;
  /** A version of the run and those before it, newest first, as the coordinator tells it. */
  readonly lineage: (digest: string) => AsyncIterable<BaseVersion>;
}

/**
 * Where the base of a round comes from: decryptors signed its digest, which covers the digest of its parent, and so on back
 * to the initial weights. What the coordinator tells of a version counts only with the digest that its successor names.
 */
export class BaseLineage {
  readonly #offer: RoundOffer;
  readonly #tools: LineageTools;

  constructor(offer: RoundOffer, tools: LineageTools) {
    this.#offer = offer;
    this.#tools = tools;
  }

  /**
   * Digests of the contributions that make up the version which a round made; none when the base does not come from such a
   * version. Looks up only what lies between.
   *
   * @throws base-model-refused, site-restored
   */
  async summedIn(round: string): Promise<readonly string[]> {
    const { base } = this.#offer;
    if (base.round === round) return digestsOf(base);
    if (numberOf(base) < roundNumberOf(round)) return [];
    for await (const version of this.#before(base)) {
      await this.assertRemembered(version);
      if (version.round === round) return digestsOf(version);
      if (numberOf(version) < roundNumberOf(round)) return [];
    }
    return [];
  }

  /**
   * The lineage tells of this site's own past. What the site does not remember, it forgot: it was restored from a backup,
   * and with it the memory of what it signed.
   *
   * @throws site-restored
   */
  async assertRemembered(version: BaseVersion): Promise<void> {
    const { site, firstRound, egress } = this.#tools;
    const named = version.contributions.find((contribution) => contribution.site === site);
    if (!named || numberOf(version) < firstRound) return;
    const own = await egress.sealedFor({ round: version.round, attempt: this.#offer.attempt, part: 'update' });
    if (own?.digest !== named.digest) throw new ConsiliumError('site-restored', `It is named in the sum of ${version.round}.`);
  }

  async *#before(base: BaseVersion): AsyncGenerator<BaseVersion> {
    const { run, planHash } = this.#offer;
    let expected = base.parent;
    if (expected === '') return;
    for await (const version of this.#tools.lineage(expected)) {
      if (version.digest !== expected || versionDigest({ ...version, run, planHash }) !== expected) throw new ConsiliumError('base-model-refused', 'Its lineage is another one.');
      yield version;
      expected = version.parent;
      if (expected === '') return;
    }
    throw new ConsiliumError('base-model-refused', 'Its lineage breaks off.');
  }
}

function digestsOf({ contributions }: BaseVersion): string[] {
  return contributions.map(({ digest }) => digest);
}

/** Of the round that made a version; the initial weights come before all rounds. */
function numberOf({ round }: BaseVersion): number {
  return round === '' ? -1 : roundNumberOf(round);
}
