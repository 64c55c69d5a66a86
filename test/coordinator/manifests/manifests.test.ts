import { expect } from 'chai';
import { Manifests } from '../../../coordinator/manifests/manifests.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

describe('co-signatures', () => {
  it('are refused before there is a manifest to compare them with, and none is kept', async () => {
    await using open = await startOpenRound(smallPlan(), ['mercy', 'north', 'south']);
    const manifests = new Manifests(open);
    const { id, attempt } = await open.round();
    const before = await open.store.read.audit.head();
    await expectError('not-found', manifests.coSign('mercy', { round: id, attempt, signatures: [{ part: 'statistics', signature: Buffer.alloc(64) }] }));
    expect(await open.store.read.audit.head()).to.deep.equal(before);
  });
});
