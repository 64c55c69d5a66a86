import { expect } from 'chai';
import { expandedCiphertextBytes, parameterSet } from '../../../shared/ciphertexts/parameter-set.ts';
import { ciphertextRecords } from '../../../shared/ciphertexts/ciphertext-records.ts';
import { tagBytes } from '../../../shared/ciphertexts/tag-bytes.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { decryptLanes } from '../../../site-agent/encryption/sum-decryption.ts';
import { discardLateUploads } from '../../../coordinator/contributions/broken-off-uploads.ts';
import type { DepartureReceipt } from '../../../coordinator/ledgers/departure-receipt.ts';
import { moveRound } from '../../../coordinator/rounds/round-transition.ts';
import { revokeSite } from '../../../coordinator/sites/revocation.ts';
import { expectError } from '../../support/expect-error.ts';
import { altered, startOpenRound, type OpenRound, type SealedPart } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

const sites = ['mercy', 'north', 'south'];

describe('a contribution', () => {
  let open: OpenRound;
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), sites);
  });
  afterEach(() => open[Symbol.asyncDispose]());

  async function accepted(): Promise<string[]> {
    return (await open.store.read.contributions.list((await open.round()).id)).map(({ site }) => site);
  }

  async function receipts(): Promise<DepartureReceipt[]> {
    return open.store.read.departureReceipts.list((await open.round()).id);
  }

  it('that keeps every rule is accepted, and the first one sets the round to collecting', async () => {
    await open.receive('mercy', await open.seal());
    expect(await accepted()).to.deep.equal(['mercy']);
    expect(await open.round()).to.include({ state: 'COLLECTING', bytesUp: 32_962 });
    expect(open.told.at(-1)).to.include({ event: 'contribution-accepted', site: 'mercy', part: 'statistics', bytes: 32_962 });
  });

  const refused: [title: string, code: ErrorCode, spoil: (sealed: SealedPart) => SealedPart][] = [
    ['with another layout', 'layout-mismatch', (sealed) => announced(sealed, { layoutFingerprint: '0'.repeat(64) })],
    ['for a part that the round does not have', 'layout-mismatch', (sealed) => announced(sealed, { part: 'update' })],
    ['of another parameter set', 'parameter-set-mismatch', (sealed) => announced(sealed, { parameterSet: 'bfv-n8192' })],
    ['of another epoch', 'epoch-mismatch', (sealed) => announced(sealed, { epoch: 77 })],
    ['of another attempt', 'round-not-collecting', (sealed) => announced(sealed, { attempt: 2 })],
    ['for a round that is not there', 'not-found', (sealed) => announced(sealed, { round: 'small-study-1.9' })],
    ['for another run', 'run-not-found', (sealed) => announced(sealed, { run: 'small-study-2' })],
    ['with a tag of another length', 'tag-malformed', (sealed) => announced(sealed, { tag: new Uint8Array(7) })],
    ['with a tag that is no number below q', 'tag-malformed', (sealed) => announced(sealed, { tag: tagBytes(parameterSet.coefficientModulus) })],
    ['with a nonce of another length', 'invalid-request', (sealed) => announced(sealed, { nonce: new Uint8Array(12) })],
    ['with more ciphertexts than the layout needs', 'ciphertext-count', (sealed) => altered(sealed, (bytes) => Buffer.concat([bytes, bytes]))],
    ['that ends before the announced length', 'ciphertext-truncated', (sealed) => ({ ...sealed, ciphertexts: sealed.ciphertexts.subarray(0, 30_000) })],
    ['that goes on after the announced length', 'contribution-too-large', (sealed) => ({ ...sealed, ciphertexts: Buffer.concat([sealed.ciphertexts, Buffer.alloc(1)]) })],
    ['with another digest than it announced', 'digest-mismatch', (sealed) => announced(sealed, { digest: 'f'.repeat(64) })],
    ['whose bytes are no ciphertexts', 'ciphertext-malformed', (sealed) => altered(sealed, (bytes) => bytes.fill(7))],
    ['whose ciphertext names a greater length than it has', 'ciphertext-truncated', (sealed) => altered(sealed, (bytes) => bytes.fill(0xff, 8, 12))],
    ['whose ciphertext names other parameters', 'parameter-set-mismatch', (sealed) => altered(sealed, (bytes) => bytes.fill(1, 16, 48))],
    ['whose ciphertext is in NTT form', 'ciphertext-form', (sealed) => altered(sealed, (bytes) => bytes.fill(1, 48, 49))],
    ['whose ciphertext has three polynomials', 'ciphertext-size', (sealed) => altered(sealed, (bytes) => bytes.fill(3, 49, 50))],
  ];
  for (const [title, code, spoil] of refused) {
    it(`${title} is refused as ${code}, and nothing of it counts`, async () => {
      await expectError(code, open.receive('mercy', spoil(await open.seal())));
      expect(await accepted()).to.deep.equal([]);
      expect((await open.round()).state).to.equal('OPEN');
    });
  }

  it('of a site that is no member is refused', async () => {
    await expectError('not-a-member', open.receive('elsewhere', await open.seal()));
    expect(await accepted()).to.deep.equal([]);
  });

  it('that comes again is acknowledged again and counts once, and the first receipt is kept', async () => {
    const sealed = await open.seal();
    const first = await open.receive('mercy', sealed);
    const second = await open.receive('mercy', sealed);
    expect([first.sequence, second.sequence]).to.deep.equal([1, 2]);
    expect(await accepted()).to.deep.equal(['mercy']);
    expect((await open.round()).bytesUp).to.equal(32_962);
    expect(await receipts()).to.deep.equal([{ round: sealed.header.round, site: 'mercy', what: 'statistics', ...first }]);
  });

  it('is in the audit log with the line of the ledger under which it left', async () => {
    const { sequence, hash } = await open.receive('mercy', await open.seal());
    const event = (await open.store.read.audit.list(0, 1000)).find(({ action }) => action === 'contribution accepted')!;
    expect(event.detail['ledger']).to.deep.equal({ sequence, hash });
  });

  it('of a site that is revoked before the round closes is taken back with its receipt', async () => {
    for (const site of ['mercy', 'north']) await open.receive(site, await open.seal());
    await revokeSite(open.store, open.clock, 'mercy', 'a person');
    expect(await accepted()).to.deep.equal(['north']);
    expect((await receipts()).map(({ site }) => site)).to.deep.equal(['north']);
  });

  it('that comes twice at the same time counts once', async () => {
    const sealed = await open.seal();
    await Promise.allSettled([open.receive('mercy', sealed), open.receive('mercy', sealed)]); // the first may come to its end last
    await open.receive('north', await open.seal());
    expect(await accepted()).to.deep.equal(['mercy', 'north']);
  });

  it('that differs from the site\'s first one is refused, and the first one stays', async () => {
    const first = await open.seal();
    await open.receive('mercy', first);
    await expectError('contribution-conflict', async () => open.receive('mercy', await open.seal()));
    const [kept] = await open.store.read.contributions.list(first.header.round);
    expect(kept!.digest).to.equal(first.header.digest);
  });

  it('that comes after the round was closed is refused and says so', async () => {
    const sealed = await open.seal();
    const round = await open.round();
    await open.store.transaction((tables) => moveRound(tables, round, 'CLOSING', { atMs: 0 }));
    const error = await expectError('round-not-collecting', open.receive('mercy', sealed));
    expect(error.message).to.contain('CLOSING');
    expect(await accepted()).to.deep.equal([]);
    expect((await open.store.read.contributions.late(round.id)).map(({ site }) => site)).to.deep.equal(['mercy']);
    expect(open.told.at(-1)).to.deep.include({ event: 'contribution-late', round: 0, site: 'mercy' });
    await expectError('round-not-collecting', open.receive('mercy', sealed));
    expect(await open.store.read.contributions.late(round.id), 'once for each site').to.have.length(1);
  });

  it('whose round is closed while it is on its way is refused', async () => {
    const { header, ciphertexts } = await open.seal();
    const round = await open.round();
    const slow = async function* () {
      yield ciphertexts.subarray(0, 100);
      await open.store.transaction((tables) => moveRound(tables, round, 'ABANDONED', { atMs: 0 }));
      yield ciphertexts.subarray(100);
    };
    await expectError('round-not-collecting', open.contributions.receive('mercy', { ...header, ledgerHead: open.nextHead('mercy') }, slow()));
    expect(await accepted()).to.deep.equal([]);
    expect(await open.store.read.contributions.late(round.id)).to.have.length(1);
  });

  describe('that breaks off', () => {
    const broken = async function* (bytes: Uint8Array) {
      yield bytes;
      throw new Error('The connection was lost.');
    };
    const send = (site: string, { header }: SealedPart, bytes: AsyncIterable<Uint8Array>, fromByte = 0) =>
      open.contributions.receive(site, { ...header, fromByte, ledgerHead: open.nextHead(site) }, bytes);
    const held = (site: string, { header }: SealedPart) => open.contributions.held(site, header);
    async function breakOff(site: string, sealed: SealedPart, bytes: number): Promise<void> {
      expect(await send(site, sealed, broken(sealed.ciphertexts.subarray(0, bytes))).catch((error: Error) => error.message)).to.equal('The connection was lost.');
    }

    it('goes on from the byte where it broke off, counts once, and is in the sum once', async () => {
      const sealed = await open.seal();
      await breakOff('mercy', sealed, 10_000);
      expect(await held('mercy', sealed)).to.equal(10_000);
      expect(await held('north', sealed), 'of another site').to.equal(0);
      await send('mercy', sealed, chunksOf(sealed.ciphertexts.subarray(10_000)), 10_000);
      expect(await accepted()).to.deep.equal(['mercy']);
      const round = await open.round();
      const aggregate = await open.sums.aggregate({ round: round.id, part: 'statistics', ciphertexts: 1 }, [sealed.header.digest]);
      expect(await decryptLanes(open.key, ciphertextRecords(open.payloads.read(aggregate), expandedCiphertextBytes), sealed.shape)).to.deep.equal(sealed.lanes);
    });

    it('may begin anew', async () => {
      const sealed = await open.seal();
      await breakOff('mercy', sealed, 10_000);
      await send('mercy', sealed, chunksOf(sealed.ciphertexts));
      expect(await accepted()).to.deep.equal(['mercy']);
    });

    it('does not go on from another byte than where it broke off', async () => {
      const sealed = await open.seal();
      await breakOff('mercy', sealed, 10_000);
      const error = await expectError('upload-not-continuing', send('mercy', sealed, chunksOf(sealed.ciphertexts.subarray(20_000)), 20_000));
      expect(error.entry.retryable).to.equal(true);
      expect(await held('mercy', sealed)).to.equal(10_000);
    });

    for (const fromByte of [-1, -(2 ** 62), 2 ** 62, NaN]) {
      it(`does not go on from byte ${fromByte}, and nobody takes the disk for full`, async () => {
        const sealed = await open.seal();
        await expectError('upload-not-continuing', send('mercy', sealed, chunksOf(sealed.ciphertexts), fromByte));
        await send('mercy', sealed, chunksOf(sealed.ciphertexts));
        expect(await accepted()).to.deep.equal(['mercy']);
      });
    }

    it('and goes on with other bytes is refused, and nothing of it stays', async () => {
      const sealed = await open.seal();
      await breakOff('mercy', sealed, 10_000);
      const [first = 0] = sealed.ciphertexts.subarray(-1);
      const rest = Buffer.from(sealed.ciphertexts.subarray(10_000));
      rest[rest.length - 1] = first ^ 1; // the last byte of the seed: a ciphertext like any other
      await expectError('digest-mismatch', send('mercy', sealed, chunksOf(rest), 10_000));
      expect(await held('mercy', sealed)).to.equal(0);
    });

    it('without the coordinator noticing gives way to the upload that takes its place', async () => {
      const sealed = await open.seal();
      const stalled = Promise.withResolvers<never>();
      const began = Promise.withResolvers<void>();
      const silent = async function* () {
        yield sealed.ciphertexts.subarray(0, 10_000);
        began.resolve();
        yield await stalled.promise;
      };
      const old = expectError('cancelled', send('mercy', sealed, silent()));
      await began.promise;
      await send('mercy', sealed, chunksOf(sealed.ciphertexts));
      await old;
      expect(await accepted()).to.deep.equal(['mercy']);
    });

    it('is kept over a restart while its round takes contributions, and removed at the start after', async () => {
      const sealed = await open.seal();
      await breakOff('mercy', sealed, 10_000);
      await discardLateUploads(open.store, open.spools);
      expect(await held('mercy', sealed)).to.equal(10_000);
      const round = await open.round();
      await open.store.transaction((tables) => moveRound(tables, round, 'ABANDONED', { atMs: 0 }));
      await discardLateUploads(open.store, open.spools);
      expect(await held('mercy', sealed)).to.equal(0);
      expect(await open.spools.rounds()).to.deep.equal([]);
    });

    it('leaves room for one upload only: another contribution of the site takes its place', async () => {
      const [one, other] = [await open.seal(), await open.seal()];
      await breakOff('mercy', one, 10_000);
      await breakOff('mercy', other, 20_000);
      expect([await held('mercy', one), await held('mercy', other)]).to.deep.equal([0, 20_000]);
    });
  });

  it('goes on coming in while what is there is added, one addition at a time, and all of it is added in the end', async () => {
    const { header, ciphertexts } = await open.seal();
    const allCame = Promise.withResolvers<undefined>();
    const chunks = async function* () {
      for (let at = 0; at < ciphertexts.length; at += 5000) yield ciphertexts.subarray(at, at + 5000);
      allCame.resolve(undefined);
    };
    const fold = open.sums.fold.bind(open.sums);
    const bytes: number[] = [];
    let underWay = 0;
    open.sums.fold = async (sum, contribution, upTo) => {
      bytes.push(upTo);
      expect(++underWay).to.equal(1);
      await allCame.promise;
      await fold(sum, contribution, upTo);
      underWay--;
    };
    await open.contributions.receive('mercy', { ...header, ledgerHead: open.nextHead('mercy') }, chunks());
    expect([bytes[0]! < ciphertexts.length, bytes.at(-1)]).to.deep.equal([true, ciphertexts.length]);
  });

  it('that is bad leaves the sum of the good ones exact', async () => {
    const sealed = new Map<string, SealedPart>();
    for (const site of ['mercy', 'north']) sealed.set(site, await open.seal());
    await open.receive('mercy', sealed.get('mercy')!);
    await expectError('ciphertext-malformed', async () => open.receive('south', altered(await open.seal(), (bytes) => bytes.fill(7))));
    await open.receive('north', sealed.get('north')!);

    const digests = [...sealed.values()].map(({ header }) => header.digest);
    const aggregate = await open.sums.aggregate({ round: (await open.round()).id, part: 'statistics', ciphertexts: 1 }, digests);
    const expected = sealed.get('mercy')!.lanes.map((lane, index) => lane + sealed.get('north')!.lanes[index]!);
    const ciphertexts = ciphertextRecords(open.payloads.read(aggregate), expandedCiphertextBytes);
    expect(await decryptLanes(open.key, ciphertexts, sealed.get('mercy')!.shape)).to.deep.equal(expected);
  });
});

async function* chunksOf(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

function announced(sealed: SealedPart, changes: Partial<SealedPart['header']>): SealedPart {
  return { ...sealed, header: { ...sealed.header, ...changes } };
}
