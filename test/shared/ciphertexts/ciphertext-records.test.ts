import { expect } from 'chai';
import fc from 'fast-check';
import { ciphertextRecords } from '../../../shared/ciphertexts/ciphertext-records.ts';
import { expectError } from '../../support/expect-error.ts';

async function* inChunks(bytes: Buffer, sizes: readonly number[]): AsyncGenerator<Uint8Array> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    yield bytes.subarray(at, at + size);
    at += size;
  }
}

describe('a stream of ciphertexts', () => {
  it('is cut into whole records, whatever chunks it comes in', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 9 }), fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 8 }), async (count, sizes) => {
        const bytes = Buffer.from(Array.from({ length: count * 100 }, (_, index) => index % 251));
        const records = (await Array.fromAsync(ciphertextRecords(inChunks(bytes, sizes), 100), (record) => Buffer.from(record)));
        expect(records).to.have.length(count);
        expect(Buffer.concat(records)).to.deep.equal(bytes);
      }),
    );
  });

  it('that ends in the middle of a record is refused', async () => {
    await expectError('ciphertext-truncated', Array.fromAsync(ciphertextRecords(inChunks(Buffer.alloc(250), [70]), 100)));
  });
});
