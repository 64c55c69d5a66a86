import { hkdfSync, randomBytes } from 'node:crypto';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';

const secretBytes = 32;

/** The site's secret from which all training randomness follows; made at first use. */
export async function trainingSecret(file: string): Promise<Uint8Array> {
  const known = await readIfThere(file);
  if (known?.length === secretBytes) return known;
  const fresh = randomBytes(secretBytes);
  await writeDurableFile(file, fresh);
  return fresh;
}

/** Which training it is. A site knows no epoch's number twice: no two sums are over updates with the same randomness, whatever the coordinator names them. */
export interface TrainingRound {
  readonly run: string;
  readonly epoch: number;
  readonly round: string;
  readonly attempt: number;
}

/**
 * The key of one round's training randomness (HKDF-SHA256, RFC 5869): the same round trained again after a restart draws
 * the same batches and dropout masks. Training only; encryption never uses it.
 */
export function trainingKey(secret: Uint8Array, { run, epoch, round, attempt }: TrainingRound): Uint8Array {
  const info = encodeStatement('consilium/training-key/v1', [['run', run], ['epoch', epoch], ['round', round], ['attempt', attempt]]);
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, 32));
}
