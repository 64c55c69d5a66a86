import { ciphertextRecords } from '../../shared/ciphertexts/ciphertext-records.ts';
import { expandedCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { fileChunks } from '../../shared/files/file-chunks.ts';
import { ciphertextCount, lanePacking, type LaneShape, type LaneWidth } from '../../shared/layouts/lane-packing.ts';
import { TagAccumulator } from './contribution-tag.ts';
import type { GroupKey } from './group-key.ts';
import { decryptLanes } from './sum-decryption.ts';
import { encryptLanes } from './vector-encryption.ts';

/** Ciphertexts that are worked on at a time: half a MiB of a contribution, 1 MiB of a sum. */
export const blockCiphertexts = 16;

/** Some ciphertexts of a contribution, one after the other, and their share of its tag. */
export interface EncryptedBlock {
  readonly ciphertexts: Uint8Array;
  readonly weighed: bigint;
}

/** Summed ciphertexts on the site's disk, expanded. */
export interface SumFile extends LaneShape {
  readonly path: string;
}

/** Of a vector the block that begins with ciphertext `first`. */
export function blockShape({ lanes, width }: LaneShape, first: number): LaneShape {
  const { lanesPerCiphertext } = lanePacking(width);
  return { lanes: Math.min(blockCiphertexts * lanesPerCiphertext, lanes - first * lanesPerCiphertext), width };
}

/** Blocks of one vector under one key, in any order. `first` is the number of a block's first ciphertext. */
export class CipherJob {
  readonly #key: GroupKey;
  readonly #context: Uint8Array;

  /** @param key stays the caller's */
  constructor(key: GroupKey, context: Uint8Array) {
    this.#key = key;
    this.#context = context;
  }

  /** Encrypts a block's lanes, and weighs the ciphertexts. */
  async encrypt(lanes: Uint32Array, width: LaneWidth, first: number): Promise<EncryptedBlock> {
    const tag = new TagAccumulator(this.#key, this.#context, first);
    const ciphertexts: Uint8Array[] = [];
    for await (const ciphertext of encryptLanes(this.#key, lanes, width)) {
      tag.add(ciphertext);
      ciphertexts.push(ciphertext);
    }
    return { ciphertexts: Buffer.concat(ciphertexts), weighed: tag.value };
  }

  /** A block's share of a sum's tag. @throws all errors of loadCiphertext */
  async weigh(sum: SumFile, first: number): Promise<bigint> {
    const tag = new TagAccumulator(this.#key, this.#context, first);
    for await (const ciphertext of blockOf(sum, first)) tag.add(ciphertext);
    return tag.value;
  }

  /** Uses the secret key. @throws all errors of decryptLanes */
  decrypt(sum: SumFile, first: number): Promise<Uint32Array> {
    return decryptLanes(this.#key, blockOf(sum, first), blockShape(sum, first));
  }
}

/** All ciphertexts of a file. */
export function ciphertextsOf({ path }: SumFile): AsyncGenerator<Uint8Array> {
  return ciphertextRecords(fileChunks(path), expandedCiphertextBytes);
}

function blockOf(sum: SumFile, first: number): AsyncGenerator<Uint8Array> {
  const start = first * expandedCiphertextBytes;
  const end = start + ciphertextCount(blockShape(sum, first)) * expandedCiphertextBytes;
  return ciphertextRecords(fileChunks(sum.path, { start, end }), expandedCiphertextBytes);
}
