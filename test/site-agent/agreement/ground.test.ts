import { expect } from 'chai';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { assertGround } from '../../../site-agent/agreement/ground.ts';
import type { RoundGround } from '../../../site-agent/assignments/assignment.ts';
import { SeenRun } from '../../support/agreement.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

describe('what a round stands on', () => {
  let folder: TemporaryFolder;
  let run: SeenRun;
  before(async () => {
    folder = temporaryFolder();
    run = await SeenRun.of(['mercy', 'north', 'south'], folder.path);
  });
  after(() => folder[Symbol.dispose]());

  const check = (ground: RoundGround) => assertGround(ground, run.pinned, run.session.plan);

  it('is in the first round what the epoch starts with', () => check(run.ground(0)));

  it('is later what two members signed as the outcome of the round before', () => check(run.ground(3, { base: run.version(1) })));

  const refusals: [title: string, code: ErrorCode, ground: () => RoundGround][] = [
    ['other initial weights than those that the run was pinned to', 'outcome-not-signed', () => run.ground(0, { base: run.version(0, 'doctored') })],
    ['parameters that come from nowhere', 'outcome-not-signed', () => run.ground(0, { parameters: { clippingRanges: [1] } })],
    ['a version that nobody signed', 'outcome-not-signed', () => run.ground(3, { base: run.version(1), signers: [] })],
    ['a version that one member signed', 'outcome-not-signed', () => run.ground(3, { base: run.version(1), signers: ['mercy'] })],
    ['a version that one member signed twice', 'outcome-not-signed', () => run.ground(3, { base: run.version(1), signers: ['mercy', 'mercy'] })],
    ['another version than was signed', 'outcome-not-signed', () => ({ ...run.ground(3, { base: run.version(1) }), base: run.version(2) })],
    ['other parameters than were signed', 'outcome-not-signed', () => ({ ...run.ground(3, { base: run.version(1) }), parameters: { clippingRanges: [1] } })],
    ['the outcome of an earlier round than the one before', 'outcome-not-signed', () => ({ ...run.ground(4, { base: run.version(1) }), outcome: run.outcome(2, run.version(1), {}, ['mercy', 'north']) })],
    ['other weights under a signed digest', 'base-model-refused', () => {
      const ground = run.ground(3, { base: run.version(1) });
      return { ...ground, base: { ...ground.base, weightsDigest: run.version(2).weightsDigest } };
    }],
    ['a contribution more in the lineage', 'base-model-refused', () => {
      const ground = run.ground(3, { base: run.version(1) });
      return { ...ground, base: { ...ground.base, contributions: [{ site: 'mercy', digest: 'another' }] } };
    }],
    ['another epoch', 'epoch-mismatch', () => ({ ...run.ground(0), epoch: 5 })],
    ['another purpose than the plan has for the round', 'invalid-request', () => ({ ...run.ground(0), purpose: 'evaluation' as const })],
    ['another number than the name says', 'invalid-request', () => ({ ...run.ground(1), number: 0 })],
  ];
  for (const [title, code, ground] of refusals) {
    it(`is not ${title}`, () => {
      expect(() => check(ground())).to.throw().with.property('code', code);
    });
  }
});
