import { expect } from 'chai';
import fc from 'fast-check';
import { CiphertextSum } from '../../../shared/ciphertexts/ciphertext-sum.ts';
import { loadCiphertext } from '../../../shared/ciphertexts/ciphertext-form.ts';
import { largestFreshNoise, noisePerStep, parameterSet, seededCiphertextBytes } from '../../../shared/ciphertexts/parameter-set.ts';
import type { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { decodeSum, VectorEncoding } from '../../../shared/layouts/vector-encoding.ts';
import { assertHeadRoom, laneCount, laneShape, largestCohort, type Field, type VectorLayout } from '../../../shared/layouts/vector-layout.ts';
import { laneWidths } from '../../../shared/studies/lanes.ts';
import { laneNames } from '../../../shared/studies/plan.ts';
import { GroupKey } from '../../../site-agent/encryption/group-key.ts';
import { decryptLanes } from '../../../site-agent/encryption/sum-decryption.ts';
import { encryptLanes } from '../../../site-agent/encryption/vector-encryption.ts';
import { spoilt } from '../../support/spoilt-ciphertexts.ts';

const width = laneWidths['16+6'];

describe('The secure sum', () => {
  let key: GroupKey;
  before(async () => {
    key = await GroupKey.make();
  });
  after(() => key[Symbol.dispose]());

  async function encryptedSum(vectors: readonly Uint32Array[], of = width): Promise<Uint8Array[]> {
    using sum = new CiphertextSum(key.sealing);
    for (const lanes of vectors) {
      let index = 0;
      for await (const ciphertext of encryptLanes(key, lanes, of)) sum.add(index++, ciphertext);
    }
    return [...sum.serialise()];
  }

  it('equals the integer sum exactly, for random layouts, values at the ends of their ranges and 2 to 64 sites', async () => {
    await fc.assert(
      fc.asyncProperty(layouts, fc.integer({ min: 2, max: 64 }), fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }), async (layout, most, draws) => {
        const sites = Math.min(most, largestCohort(layout.lanes));
        const values = Array.from({ length: sites }, (_, site) => valuesOf(layout, draws, site));
        const vectors = values.map((ofSite) => new VectorEncoding(layout, ofSite, nearest).take(laneCount(layout)));
        const expected = new Uint32Array(laneCount(layout));
        for (const lanes of vectors) lanes.forEach((lane, index) => (expected[index]! += lane));

        const opened = await decryptLanes(key, stream(await encryptedSum(vectors, layout.lanes)), laneShape(layout));

        expect(opened).to.deep.equal(expected);
        const decoded = decodeSum(layout, opened, sites);
        for (const field of layout.fields.filter((field) => field.kind === 'count')) {
          const totals = Array.from({ length: field.length }, (_, index) =>
            values.reduce((sum, ofSite) => sum + BigInt(ofSite[field.name]![index]!), 0n),
          );
          expect(decoded.counts[field.name]).to.deep.equal(totals);
        }
      }),
      { numRuns: 10 },
    );
  });

  it('of more sites than the lanes have head-room for is refused', () => {
    expect(() => assertHeadRoom(laneWidths['16+6'], 64)).not.to.throw();
    expectError('head-room-exceeded', () => assertHeadRoom(laneWidths['16+6'], 65));
    expect(() => assertHeadRoom(laneWidths['14+8'], 256)).not.to.throw();
    expectError('head-room-exceeded', () => assertHeadRoom(laneWidths['12+10'], 1025));
    expect(() => assertHeadRoom(laneWidths['14+3'], 8)).not.to.throw();
    expectError('head-room-exceeded', () => assertHeadRoom(laneWidths['16+3'], 9));
  });

  it('has no more noise than the packing of lanes expects', async () => {
    for await (const fresh of encryptLanes(key, randomLanes(100 * 8192), width)) {
      using ciphertext = loadCiphertext(key.sealing, fresh);
      const noiseBits = Math.log2(noisePerStep / 2) - key.decryptor.invariantNoiseBudget(ciphertext);
      expect(2 ** (noiseBits - 1), 'at least').to.be.below(largestFreshNoise);
    }
  });

  it('is exact when all noise of the largest cohort points the same way', async () => {
    for (const ofLanes of Object.values(laneWidths)) {
      const sites = largestCohort(ofLanes);
      const lanes = Uint32Array.from(randomLanes(9), (lane) => lane % 2 ** ofLanes.valueBits);
      const fresh = await ofSmallNoise(() => collect(encryptLanes(key, lanes, ofLanes)));
      using sum = new CiphertextSum(key.sealing);
      for (let additions = 0; additions < sites; additions++) sum.add(0, fresh);
      const opened = await decryptLanes(key, stream(sum.serialise()), { lanes: 9, width: ofLanes });
      expect(opened).to.deep.equal(lanes.map((lane) => sites * lane));
    }
  });

  it('has a prime that leaves as many steps to the noise as the packing of lanes expects', () => {
    expect(noisePerStep).to.equal(509);
    expect(parameterSet.coefficientModulus / parameterSet.plainModulus).to.equal(BigInt(noisePerStep));
    expect(parameterSet.coefficientModulus % parameterSet.plainModulus).to.equal(1n);
  });

  /** Without guard bits a decryptor stops at half of the noise that rounding bears: eight times the same ciphertext comes near it only with a noise of 16 or more, one in 500. */
  async function ofSmallNoise(encrypt: () => Promise<Uint8Array[]>): Promise<Uint8Array> {
    for (;;) {
      const [fresh] = await encrypt();
      using ciphertext = loadCiphertext(key.sealing, fresh!);
      if (key.decryptor.invariantNoiseBudget(ciphertext) >= 4) return fresh!;
    }
  }

  it('takes 4.02 bytes a value, and fewer where few sites need little head-room', async () => {
    const counts = { '14+3': 2, '16+3': 3, '16+6': 3 };
    for (const [name, count] of Object.entries(counts)) {
      const ciphertexts = await collect(encryptLanes(key, randomLanes(3 * 8192, 14), laneWidths[name as keyof typeof counts]));
      expect(ciphertexts.map((bytes) => bytes.length)).to.deep.equal(Array.from({ length: count }, () => seededCiphertextBytes));
    }
  });

  describe('refuses a ciphertext', () => {
    for (const [title, code, spoil] of spoilt) {
      it(title, async () => {
        const [fresh] = await collect(encryptLanes(key, randomLanes(10), width));
        expectError(code, () => loadCiphertext(key.sealing, spoil(fresh!, key)));
      });
    }

    it('that comes in another number than the layout needs', async () => {
      const sum = await encryptedSum([randomLanes(2 * 8192)]);
      await expectRejection('ciphertext-count', decryptLanes(key, stream(sum.slice(1)), { lanes: 2 * 8192, width }));
      await expectRejection('ciphertext-count', decryptLanes(key, stream(sum), { lanes: 8192, width }));
    });

    it('whose padding holds something', async () => {
      const sum = await encryptedSum([new Uint32Array(8192).fill(1)]);
      await expectRejection('padding-not-zero', decryptLanes(key, stream(sum), { lanes: 8000, width }));
    });

    for (const lanes of laneNames) {
      it(`that another epoch's key made, with lanes of ${lanes} bits`, async () => {
        using other = await GroupKey.make();
        const ciphertexts = await collect(encryptLanes(other, randomLanes(4000, 12), laneWidths[lanes]));
        await expectRejection('noise-budget-exceeded', decryptLanes(key, stream(ciphertexts), { lanes: 4000, width: laneWidths[lanes] }));
      });
    }
  });
});

const nearest = { share: 1, rounding: { errorFeedback: true } } as const;

const layouts: fc.Arbitrary<VectorLayout> = fc
  .record({
    lanes: fc.constantFrom(...Object.values(laneWidths)),
    fields: fc.array(
      fc.oneof(
        fc.record({ kind: fc.constant('fixed-point' as const), length: fc.integer({ min: 1, max: 5000 }), range: fc.double({ min: 1e-6, max: 1e6, noNaN: true }) }),
        fc.record({ kind: fc.constant('count' as const), length: fc.integer({ min: 1, max: 500 }), maximum: fc.maxSafeNat() }),
      ),
      { minLength: 1, maxLength: 4 },
    ),
  })
  .map(({ lanes, fields }) => ({ part: 'update', lanes, fields: fields.map((field, index): Field => ({ ...field, name: `field ${index}` })) }));

/** Values that sweep from one end of each field's range to the other, ends included, and differ from site to site. */
function valuesOf(layout: VectorLayout, draws: readonly number[], site: number): Record<string, number[]> {
  return Object.fromEntries(
    layout.fields.map((field) => [
      field.name,
      Array.from({ length: field.length }, (_, index) => {
        const turn = (index + site) % (draws.length + 2);
        const draw = draws[turn] ?? turn - draws.length;
        return field.kind === 'count' ? Math.floor(draw * field.maximum) : (2 * draw - 1) * field.range;
      }),
    ]),
  );
}

function randomLanes(length: number, bits = 16): Uint32Array {
  return Uint32Array.from({ length }, () => Math.floor(Math.random() * 2 ** bits));
}

async function* stream(items: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* items;
}

async function collect(items: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  return Array.fromAsync(items);
}

function expectError(code: ErrorCode, act: () => unknown): void {
  try {
    act();
  } catch (error) {
    expect((error as ConsiliumError).code, String(error)).to.equal(code);
    return;
  }
  expect.fail(`nothing was thrown instead of ${code}`);
}

async function expectRejection(code: ErrorCode, promise: Promise<unknown>): Promise<void> {
  const outcome = await promise.then(() => undefined, (error: ConsiliumError) => error);
  expect(outcome?.code, String(outcome)).to.equal(code);
}
