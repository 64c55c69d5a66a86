/**
 * What a secure sum costs on one thread: encode, tag, encrypt, add, verify and decrypt a model update, in values a second.
 *
 * The steps take turns, batch by batch, so that whatever else the machine does meets all of them alike; each figure is a median over
 * the batches, and so is the ratio of tagging to encryption, taken within each batch. Tagging has everything that it needs: the expansion
 * of seeded ciphertexts, the multipliers, the products and the mask.
 */
import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { firstEpochStart } from '../shared/statements/epoch-start.ts';
import { CiphertextSum } from '../shared/ciphertexts/ciphertext-sum.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { ciphertextCount, lanePacking } from '../shared/layouts/lane-packing.ts';
import { VectorEncoding } from '../shared/layouts/vector-encoding.ts';
import { laneShape, layoutFingerprint, type VectorLayout } from '../shared/layouts/vector-layout.ts';
import { tagContext } from '../shared/statements/tag-context.ts';
import { laneWidths } from '../shared/studies/lanes.ts';
import { TaggedCiphertexts, verifyAggregate, type TaggedContribution } from '../site-agent/encryption/contribution-tag.ts';
import { GroupKey } from '../site-agent/encryption/group-key.ts';
import { decryptLanes } from '../site-agent/encryption/sum-decryption.ts';
import { encryptLanes } from '../site-agent/encryption/vector-encryption.ts';
import { laneNameOf } from './work.ts';

const steps = ['encode', 'encrypt', 'tag', 'add', 'verify', 'decrypt'] as const;
type Step = (typeof steps)[number];

const { values: options } = parseArgs({ options: { json: { type: 'boolean', default: false }, lanes: { type: 'string', default: '14+3' } } });
const batches = 40;
/** Until the engine has compiled everything for good. */
const warmUpBatches = 10;
const width = laneWidths[laneNameOf(options.lanes).lanes!];
const length = 16 * lanePacking(width).lanesPerCiphertext;
const layout: VectorLayout = { part: 'update', lanes: width, fields: [{ kind: 'fixed-point', name: 'weights', length, range: 1 }] };
const identity = { federation: 'bench', study: 'bench', planHash: '', run: 'bench-1', epoch: 1, rosterHash: '', start: firstEpochStart('') };
const context = tagContext(identity, { round: 'bench-1.1', attempt: 1, part: 'update', layoutFingerprint: layoutFingerprint(layout) });

using key = await GroupKey.make();
const other = await contribution('north', noMeasure);
const secondsOf: Record<Step, number[]> = { encode: [], encrypt: [], tag: [], add: [], verify: [], decrypt: [] };
for (let batch = -warmUpBatches; batch < batches; batch++) {
  await secureSum(batch < 0 ? noMeasure : async (step, work) => {
    const startedMs = performance.now();
    const result = await work();
    secondsOf[step].push((performance.now() - startedMs) / 1000);
    return result;
  });
}
report();

type Measure = <Result>(step: Step, work: () => Result | Promise<Result>) => Promise<Result>;

interface Encrypted extends TaggedContribution {
  readonly ciphertexts: readonly Uint8Array[];
}

async function contribution(site: string, measure: Measure): Promise<Encrypted> {
  const weights = Float32Array.from({ length }, () => 2 * Math.random() - 1);
  const contributor = { site, signingKey: randomBytes(32), nonce: randomBytes(16) };
  const lanes = await measure('encode', () => new VectorEncoding(layout, { weights }, { share: 1, rounding: { errorFeedback: true } }).take(length));
  const ciphertexts = await measure('encrypt', () => Array.fromAsync(encryptLanes(key, lanes, width)));
  const tagged = new TaggedCiphertexts(key, stream(ciphertexts), { ...contributor, context });
  await measure('tag', () => Array.fromAsync(tagged));
  return { ...contributor, ciphertexts, tag: tagged.tag };
}

async function secureSum(measure: Measure): Promise<void> {
  const own = await contribution('mercy', measure);
  using sum = new CiphertextSum(key.sealing);
  other.ciphertexts.forEach((ciphertext, index) => sum.add(index, ciphertext));
  await measure('add', () => own.ciphertexts.forEach((ciphertext, index) => sum.add(index, ciphertext)));
  const aggregate = [...sum.serialise()];
  const shape = laneShape(layout);
  const holds = await measure('verify', () => verifyAggregate(key, { ciphertexts: stream(aggregate), count: ciphertextCount(shape) }, context, [other, own]));
  if (!holds) throw new Error('The sum does not hold its contributions.');
  await measure('decrypt', () => decryptLanes(key, stream(aggregate), shape));
}

async function noMeasure<Result>(_step: Step, work: () => Result | Promise<Result>): Promise<Result> {
  return work();
}

async function* stream(items: Iterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield* items;
}

function report(): void {
  const rows = steps.map((step) => ({ step, valuesPerSecond: Math.round(length / median(secondsOf[step])), secondsPerMillionValues: (1e6 * median(secondsOf[step])) / length }));
  const tagToEncryption = median(secondsOf.tag.map((seconds, batch) => seconds / secondsOf.encrypt[batch]!));
  if (options.json) {
    for (const row of rows) console.log(JSON.stringify({ event: 'row', ...row }));
    console.log(JSON.stringify({ event: 'summary', tagToEncryption, batches, valuesPerBatch: length }));
    return;
  }
  console.log(`\nA secure sum on one thread: medians of ${batches} batches of ${length.toLocaleString('en')} values in lanes of ${options.lanes} bits\n`);
  writeTable(
    process.stdout,
    [
      { title: 'step', text: ({ step }) => step },
      { title: 'values a second', text: ({ valuesPerSecond }) => valuesPerSecond.toLocaleString('en'), align: 'right' },
      { title: 'seconds a million values', text: ({ secondsPerMillionValues }) => secondsPerMillionValues.toFixed(3), align: 'right' },
    ],
    rows,
  );
  console.log(`\nTagging takes ${tagToEncryption.toFixed(3)} of the time of encryption.`);
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
