import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { namesIfThere, readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { eraseFile } from '../../shared/files/erased-file.ts';
import { float32FromBytes, littleEndianBytes } from '../../shared/payloads/little-endian.ts';

/** Where a training stands after some of its steps. */
export interface TrainingState {
  /** Steps done. */
  readonly step: number;
  /** Sum of the losses of these steps. */
  readonly totalLoss: number;
  /** Flat, trained or not (see shared/models/flat-weights.ts). */
  readonly weights: Float32Array;
  /** See optimiser-state.ts. */
  readonly optimiser: readonly Float32Array[];
}

const headerSchema = z.strictObject({
  /** SHA-256 in hex of all that the training follows from. */
  training: z.string(),
  step: z.int().min(0),
  totalLoss: z.number(),
  /** Of the weights and of each array of the optimiser's. */
  lengths: z.array(z.int().min(0)).min(1),
});

const fileName = 'state';
const lengthBytes = 4;
const digestBytes = 32;

/**
 * Keeps a state durably, in place of the one before. It is made of patient data like the weights themselves, so the file
 * is its owner's only: length of the header (4 bytes, little-endian), header (JSON), float32 values, SHA-256 of it all.
 */
export function writeCheckpoint(folder: string, training: string, { step, totalLoss, weights, optimiser }: TrainingState): Promise<void> {
  const arrays = [weights, ...optimiser];
  const header = Buffer.from(JSON.stringify({ training, step, totalLoss, lengths: arrays.map(({ length }) => length) } satisfies z.input<typeof headerSchema>));
  const length = Buffer.alloc(lengthBytes);
  length.writeUInt32LE(header.length);
  return writeDurableFile(join(folder, fileName), digested([length, header, ...arrays.map(littleEndianBytes)]));
}

async function* digested(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  for (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  yield hash.digest();
}

/** The state that was kept of this training; nothing when none was, when it is another training's, or when it is damaged: then training begins anew. */
export async function readCheckpoint(folder: string, training: string): Promise<TrainingState | undefined> {
  const file = await readIfThere(join(folder, fileName));
  if (!file || file.length < lengthBytes + digestBytes) return undefined;
  const content = file.subarray(0, -digestBytes);
  if (!createHash('sha256').update(content).digest().equals(file.subarray(-digestBytes))) return undefined;
  const valuesAt = lengthBytes + content.readUInt32LE(0);
  const header = headerSchema.parse(JSON.parse(content.toString('utf8', lengthBytes, valuesAt)));
  if (header.training !== training) return undefined;
  let at = valuesAt;
  const [weights, ...optimiser] = header.lengths.map((length) => float32FromBytes(content.subarray(at, (at += 4 * length))));
  return { step: header.step, totalLoss: header.totalLoss, weights: weights as Float32Array, optimiser };
}

/** Erases what was kept of a training, also what a kill left half-written. */
export async function eraseCheckpoint(folder: string): Promise<void> {
  for (const name of namesIfThere(folder)) await eraseFile(join(folder, name));
  await rm(folder, { recursive: true, force: true });
}
