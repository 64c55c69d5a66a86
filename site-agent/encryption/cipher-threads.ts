import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { expandedCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { ciphertextCount, type LaneShape, type LaneWidth } from '../../shared/layouts/lane-packing.ts';
import type { LaneSource } from '../../shared/layouts/vector-encoding.ts';
import { inOrder } from '../../shared/threads/in-order.ts';
import { WorkerThread } from '../../shared/threads/worker-thread.ts';
import { blockCiphertexts, blockShape, type EncryptedBlock, type SumFile } from './cipher-job.ts';
import type { CipherAnswer, CipherQuestion } from './cipher-thread.ts';
import { isSumOf, maskedTag, type TaggedContribution, type Tagging } from './contribution-tag.ts';
import type { GroupKey } from './group-key.ts';

/** One for each core; each starts when it is needed first. */
const threads = Array.from({ length: availableParallelism() }, () => new WorkerThread<CipherQuestion, CipherAnswer>(new URL('./cipher-thread.ts', import.meta.url)));

/** Blocks that are under way at a time: one in the making and one waiting for each thread, and no more of the vector's lanes than that in memory. */
const blocksUnderWay = 2 * threads.length;

/** Whether a vector is large enough for threads: one of a single block is done sooner where it is. */
export function isForThreads(shape: LaneShape): boolean {
  return ciphertextCount(shape) > blockCiphertexts;
}

/** Ciphertexts of a vector in order, some at a time, made on all cores; their tag is there once the last ones were taken. */
export class ThreadedCiphertexts implements AsyncIterable<Uint8Array> {
  readonly #key: GroupKey;
  readonly #lanes: LaneSource;
  readonly #width: LaneWidth;
  readonly #tagging: Tagging;
  #tag: Uint8Array | undefined;

  constructor(key: GroupKey, lanes: LaneSource, width: LaneWidth, tagging: Tagging) {
    this.#key = key;
    this.#lanes = lanes;
    this.#width = width;
    this.#tagging = tagging;
  }

  /** 8 bytes. */
  get tag(): Uint8Array {
    if (!this.#tag) throw new ConsiliumError('internal', 'A contribution has no tag before all of it is encrypted.');
    return this.#tag;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    await using job = await ThreadJob.begin(this.#key, this.#tagging.context);
    const width = this.#width;
    const shape = { lanes: this.#lanes.length, width };
    let weighed = 0n;
    const encrypt = (first: number) => {
      const block = blockShape(shape, first);
      const lanes = this.#lanes.take(block.lanes);
      if (lanes.length !== block.lanes) throw new ConsiliumError('internal', 'The lanes of a vector can be encrypted once.');
      return job.ask<EncryptedBlock>({ kind: 'encrypt', lanes, width, first }, [lanes.buffer]);
    };
    for await (const block of inOrder(blocks(shape), blocksUnderWay, encrypt)) {
      weighed += block.weighed;
      yield block.ciphertexts;
    }
    this.#tag = maskedTag(this.#key.macKey, weighed, this.#tagging);
  }
}

/** As verifyAggregate, on all cores. @throws ciphertext-count, tag-malformed, and all errors of loadCiphertext */
export async function verifyOnThreads(key: GroupKey, sum: SumFile, context: Uint8Array, contributions: readonly TaggedContribution[]): Promise<boolean> {
  const expected = ciphertextCount(sum) * expandedCiphertextBytes;
  const { size } = await stat(sum.path);
  if (size !== expected) throw new ConsiliumError('ciphertext-count', `${size} of ${expected} bytes came.`);
  await using job = await ThreadJob.begin(key, context);
  let weighed = 0n;
  for await (const share of inOrder(blocks(sum), blocksUnderWay, (first) => job.ask<bigint>({ kind: 'weigh', sum, first }))) weighed += share;
  return isSumOf(key.macKey, weighed, context, contributions);
}

/** As decryptLanes, on all cores. @param beforeKeyUse called for each ciphertext, before the secret key is put to it. @throws all errors of decryptLanes */
export async function decryptOnThreads(key: GroupKey, sum: SumFile, beforeKeyUse: () => void): Promise<Uint32Array> {
  await using job = await ThreadJob.begin(key, new Uint8Array());
  const lanes = new Uint32Array(sum.lanes);
  let at = 0;
  const decrypt = (first: number) => {
    for (let count = ciphertextCount(blockShape(sum, first)); count > 0; count--) beforeKeyUse();
    return job.ask<Uint32Array>({ kind: 'decrypt', sum, first });
  };
  for await (const block of inOrder(blocks(sum), blocksUnderWay, decrypt)) {
    lanes.set(block, at);
    at += block.length;
  }
  return lanes;
}

/** Numbers of the first ciphertexts of a vector's blocks. */
function* blocks(shape: LaneShape): Generator<number> {
  for (let first = 0; first < ciphertextCount(shape); first += blockCiphertexts) yield first;
}

type Asked<Question> = Question extends { kind: 'begin' | 'end' } ? never : Omit<Question, 'job'>;

/** Work under one key, which the threads hold until it is done. */
class ThreadJob implements AsyncDisposable {
  readonly #name = randomUUID();
  #next = 0;

  static async begin(key: GroupKey, context: Uint8Array): Promise<ThreadJob> {
    const job = new ThreadJob();
    await Promise.all(threads.map((thread) => {
      const secret = key.secretBytes();
      return thread.ask({ kind: 'begin', job: job.#name, secret, context }, [secret.buffer as ArrayBuffer]);
    }));
    return job;
  }

  async ask<Answer extends CipherAnswer>(question: Asked<CipherQuestion>, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    const thread = threads[this.#next++ % threads.length] as (typeof threads)[number];
    return (await thread.ask({ ...question, job: this.#name } as CipherQuestion, transfer)) as Answer;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(threads.map((thread) => thread.ask({ kind: 'end', job: this.#name })));
  }
}
