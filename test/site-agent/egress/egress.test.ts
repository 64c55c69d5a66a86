import { createHash, randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { firstEpochStart } from '../../../shared/statements/epoch-start.ts';
import { silentLogger } from '../../../shared/logs/logger.ts';
import { laneShape, type VectorLayout } from '../../../shared/layouts/vector-layout.ts';
import { tagContext } from '../../../shared/statements/tag-context.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import type { Departures } from '../../../site-agent/egress/departures.ts';
import { Egress, type EgressCarrier, type SumReference } from '../../../site-agent/egress/egress.ts';
import { SealedContributions, type ContributionHeader } from '../../../site-agent/egress/sealed-contribution.ts';
import { KeyRing } from '../../../site-agent/encryption/key-ring.ts';
import { chosenSum } from '../../support/chosen-sum.ts';
import { expectError } from '../../support/expect-error.ts';
import { laneSource } from '../../support/lane-source.ts';
import { departuresOf, ledgerSite, type LedgerSite } from '../../support/ledger-site.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const run = 'small-study-1';
const layout: VectorLayout = { part: 'statistics', lanes: laneWidths['16+6'], fields: [{ kind: 'count', name: 'rows', length: 100, maximum: 1000 }] };
const lanes = new Uint32Array(100).fill(7);
const reference: SumReference = { run, round: `${run}.0`, attempt: 1, epoch: 1, part: 'statistics' };
const identity = { federation: 'f', study: 'small-study', planHash: 'p', run, epoch: 1, rosterHash: 'r', start: firstEpochStart('v') };
const sender = { identity, site: 'mercy', signingKey: randomBytes(32) };

describe('a sealed contribution', () => {
  let folder: TemporaryFolder;
  let keys: KeyRing;
  let heldBytes: number;
  let uploads: { header: ContributionHeader; bytes: Buffer }[];
  let site: LedgerSite;
  let departures: Departures;
  let egress: Egress;
  before(async () => {
    folder = temporaryFolder();
    keys = new KeyRing(join(folder.path, 'keys'));
    await keys.makeGroupKey(identity, 'mercy', []);
  });
  after(() => {
    keys[Symbol.dispose]();
    folder[Symbol.dispose]();
  });
  beforeEach(async () => {
    uploads = [];
    heldBytes = 0;
    const place = join(folder.path, randomBytes(4).toString('hex'));
    site = await ledgerSite(place);
    departures = departuresOf(site);
    egress = egressInto(place);
  });
  afterEach(() => site.ledger[Symbol.asyncDispose]());
  const { signal } = new AbortController();

  function egressInto(place: string): Egress {
    const carrier: EgressCarrier = {
      held: () => Promise.resolve(heldBytes),
      carryContribution: async (header, head, { ciphertexts }) => {
        uploads.push({ header, bytes: Buffer.concat(await Array.fromAsync(ciphertexts)) });
        return site.receiptFor(head);
      },
      carryOpenedSums: () => Promise.reject(new Error('not asked for')),
    };
    return new Egress({ sender, approval: 'roster r', keys, sealed: new SealedContributions(place), departures, carrier, log: silentLogger });
  }

  it('goes on from where the coordinator says that the upload broke off', async () => {
    const sealed = await egress.seal(reference, layout, laneSource(lanes));
    heldBytes = 1000;
    await egress.send(sealed, 'normalisation', signal);
    await egress.send(sealed, 'normalisation', signal, { broken: true });
    const [whole, rest] = uploads;
    expect(rest!.bytes).to.deep.equal(whole!.bytes.subarray(1000));
  });

  it('is sent byte for byte the same however often, with the digest and nonce of its sealing', async () => {
    const sealed = await egress.seal(reference, layout, laneSource(lanes));
    await egress.send(sealed, 'normalisation', signal);
    await egress.send((await egress.sealedFor(reference))!, 'normalisation', signal);
    expect(uploads[1]).to.deep.equal(uploads[0]);
    const { header, bytes } = uploads[0]!;
    expect(createHash('sha256').update(bytes).digest('hex')).to.equal(header.digest);
    expect(header).to.include({ totalBytes: bytes.length, part: 'statistics', round: reference.round });
    expect(header.nonce).to.match(/^[0-9a-f]{32}$/);
  });

  it('of the same lanes looks different each time, and so does its nonce', async () => {
    const first = await egress.seal(reference, layout, laneSource(lanes));
    const second = await egress.seal({ ...reference, round: `${run}.1` }, layout, laneSource(lanes));
    expect(second.digest).not.to.equal(first.digest);
    expect(second.nonce).not.to.equal(first.nonce);
  });

  it('carries the tag that shows any member that a sum holds it', async () => {
    const { nonce, tag, layoutFingerprint } = await egress.seal(reference, layout, laneSource(lanes));
    const context = tagContext(identity, { ...reference, layoutFingerprint });
    const contribution = { site: 'mercy', signingKey: sender.signingKey, nonce: Buffer.from(nonce, 'hex'), tag: Buffer.from(tag, 'hex') };
    await egress.send((await egress.sealedFor(reference))!, 'normalisation', signal);
    const sum = { path: join(folder.path, 'sum'), ...laneShape(layout) };
    await writeFile(sum.path, await chosenSum([uploads[0]!.bytes]));
    const verified = (as: typeof contribution) => keys.verifySum(run, sum, context, [as]);
    expect(await verified(contribution)).to.equal(true);
    expect(await verified({ ...contribution, site: 'north' })).to.equal(false);
  });

  it('counts as sealed only when what belongs to it is on disk', async () => {
    const failing = egress.seal(reference, layout, laneSource(lanes), async () => {
      expect(await egress.sealedFor(reference)).to.equal(undefined);
      throw new Error('the disk is full');
    });
    expect(await failing.catch((error: Error) => error.message)).to.equal('the disk is full');
    expect(await egress.sealedFor(reference)).to.equal(undefined);
  });

  it('of another round loses its ciphertexts when the next one is worked on, and keeps what was announced of it', async () => {
    const place = join(folder.path, 'forgetting');
    const forgetful = egressInto(place);
    for (const number of [1, 10]) await forgetful.seal({ ...reference, round: `${run}.${number}` }, layout, laneSource(lanes));
    await forgetful.forgetOthers(`${run}.1`);
    expect(readdirSync(place).toSorted()).to.deep.equal([`${run}.1.1.statistics.bin`, `${run}.1.1.statistics.json`, `${run}.10.1.statistics.json`]);
  });

  it('cannot be made without the run\'s group key', async () => {
    await expectError('group-key-refused', egress.seal({ ...reference, run: 'another-run-1' }, layout, laneSource(lanes)));
  });
});
