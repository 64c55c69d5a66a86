import { expect } from 'chai';
import { SignedManifests, type Question } from '../../../site-agent/agreement/signed-manifests.ts';
import { expectError } from '../../support/expect-error.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('what a site has signed', () => {
  const question: Question = { study: 'small-study', weightsDigest: 'w', part: 'update', purpose: 'training' };
  const over = (...sites: string[]) => ({ round: 'small-study-1.1', attempt: 1, manifest: 'm', sites });
  let folder: TemporaryFolder;
  let signed: SignedManifests;
  beforeEach(() => {
    folder = temporaryFolder();
    signed = new SignedManifests(folder.path);
  });
  afterEach(() => folder[Symbol.dispose]());

  it('is one set of sites for each question about a model, also when two are asked for at the same moment', async () => {
    const answers = await Promise.allSettled([signed.claim(question, over('mercy', 'north', 'south', 'west')), signed.claim(question, over('mercy', 'north', 'south'))]);
    expect(answers.map(({ status }) => status)).to.deep.equal(['fulfilled', 'rejected']);
  });

  it('is known after a restart, by whatever round, run or attempt it is asked for again', async () => {
    await signed.claim(question, over('mercy', 'north', 'south', 'west'));
    const restarted = new SignedManifests(folder.path);
    for (const again of [{ attempt: 2 }, { round: 'small-study-1.2' }, { round: 'small-study-2.1' }]) {
      await expectError('base-already-summed', restarted.claim(question, { ...over('mercy', 'north', 'south'), ...again }));
      await restarted.claim(question, { ...over('west', 'south', 'north', 'mercy'), ...again });
    }
  });
});
