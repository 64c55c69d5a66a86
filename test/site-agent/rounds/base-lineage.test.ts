import { expect } from 'chai';
import { versionDigest } from '../../../shared/statements/model-lineage.ts';
import type { BaseVersion, RoundOffer } from '../../../site-agent/assignments/assignment.ts';
import type { ContributionHeader } from '../../../site-agent/egress/sealed-contribution.ts';
import { BaseLineage } from '../../../site-agent/rounds/base-lineage.ts';
import { expectError } from '../../support/expect-error.ts';

const run = 'study-1';
const planHash = 'a plan';

/** Versions of a run, oldest first: the initial weights, then one for each round, summed from these sites. */
function versions(...sitesOfRounds: string[][]): BaseVersion[] {
  const made: BaseVersion[] = [];
  for (const [number, sites] of [[], ...sitesOfRounds].entries()) {
    const round = number === 0 ? '' : `${run}.${number - 1}`;
    const contributions = sites.map((site) => ({ site, digest: `${site} in ${round}` }));
    const version = { number, parent: made.at(-1)?.digest ?? '', round, contributions, sumDigest: '', weightsDigest: '', optimiserStateDigest: '' };
    made.push({ ...version, digest: versionDigest({ ...version, run, planHash }) });
  }
  return made;
}

describe('the lineage of a base model', () => {
  const known = versions(['mercy', 'south'], ['mercy', 'north'], ['mercy', 'north']);
  const asked: string[] = [];
  beforeEach(() => asked.splice(0));

  /** South's view of the newest version, given what the coordinator tells of those before, newest first, and what it remembers. */
  function lineage(told: readonly BaseVersion[], { base = known[3]!, remembers = ['study-1.0'], firstRound = 0 } = {}): BaseLineage {
    const sealedFor = async ({ round }: { round: string }) => (remembers.includes(round) ? ({ digest: `south in ${round}` } as ContributionHeader) : undefined);
    const tell = async function* (digest: string) {
      asked.push(digest);
      yield* told;
    };
    return new BaseLineage({ run, planHash, base, attempt: 1 } as RoundOffer, { site: 'south', firstRound, egress: { sealedFor } as never, lineage: tell });
  }
  const before = known.slice(0, 3).toReversed();

  it('tells what was summed in the round that made the base, without asking', async () => {
    expect(await lineage([]).summedIn('study-1.2')).to.deep.equal(['mercy in study-1.2', 'north in study-1.2']);
    expect(asked).to.deep.equal([]);
  });

  it('tells what was summed in a round before it', async () => {
    expect(await lineage(before).summedIn('study-1.0')).to.deep.equal(['mercy in study-1.0', 'south in study-1.0']);
    expect(asked).to.deep.equal([known[2]!.digest]);
  });

  it('has nothing of a round that made no version', async () => {
    const gap = versions(['mercy'], ['north']).map((version) => ({ ...version }));
    const apart = { ...gap[2]!, round: 'study-1.5' };
    const base = { ...apart, digest: versionDigest({ ...apart, run, planHash }) };
    expect(await lineage([gap[1]!, gap[0]!], { base }).summedIn('study-1.3')).to.deep.equal([]);
    expect(await lineage([], { base }).summedIn('study-1.6')).to.deep.equal([]);
  });

  it('that is not the one which the base names is refused', async () => {
    const other = versions(['mercy', 'south'], ['mercy', 'south']);
    await expectError('base-model-refused', lineage([other[2]!, other[1]!]).summedIn('study-1.0'));
    const altered = { ...before[1]!, contributions: [] };
    await expectError('base-model-refused', lineage([before[0]!, altered]).summedIn('study-1.0'));
  });

  it('that breaks off is refused', async () => {
    await expectError('base-model-refused', lineage([before[0]!]).summedIn('study-1.0'));
  });

  it('that names a contribution which the site does not remember shows that it was restored from a backup', async () => {
    const all = versions(['south'], ['south'], ['mercy']);
    const told = [all[2]!, all[1]!, all[0]!];
    await expectError('site-restored', lineage(told, { base: all[3]! }).summedIn('study-1.0'));
    expect(await lineage(told, { base: all[3]!, remembers: ['study-1.0', 'study-1.1'] }).summedIn('study-1.0')).to.deep.equal(['south in study-1.0']);
  });
});
