import { createHash } from 'node:crypto';
import { resolve } from 'node:path';

import { readContractRows, type ContractRows } from '../../shared/datasets/contract-rows.ts';
import { DataProblems } from '../../shared/datasets/data-problems.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { DataContract } from '../../shared/studies/plan.ts';
import { connectorFor } from './connectors.ts';

/** Data sets that the hospital has configured: name in the contract -> file. */
export type DataSetSettings = Readonly<Record<string, { readonly path: string }>>;

export interface DataSet extends ContractRows {
  readonly name: string;
  /**
   * SHA-256 in hex of what was read, to pin a run to it: of the table's bytes, or, when there are images, of one
   * line `<sha256>  <name>` for the table and each image.
   */
  readonly snapshotDigest: string;
}

/**
 * Reads the data set that a study's contract names, whole and checked.
 *
 * @param folder the site's folder, against which relative paths are resolved
 * @throws ConsiliumError `data-set-missing` when the site has no such data set, `data-unreadable` when its file cannot
 *   be opened, `data-invalid` with file, line and column of every problem
 */
export async function openDataSet(settings: DataSetSettings, contract: DataContract, folder: string): Promise<DataSet> {
  const name = contract.dataset;
  if (!Object.hasOwn(settings, name)) throw new ConsiliumError('data-set-missing', `The study asks for "${name}".`);
  const path = resolve(folder, settings[name].path);
  const problems = new DataProblems();
  await using table = await connectorFor(path)(path, problems);
  const rows = await readContractRows(table, contract, problems);
  return { name, ...rows, snapshotDigest: snapshotDigest(rows.files) };
}

function snapshotDigest(files: ContractRows['files']): string {
  if (files.length === 1) return files[0].sha256;
  const lines = files.map(({ name, sha256 }) => `${sha256}  ${name}\n`);
  return createHash('sha256').update(lines.join('')).digest('hex');
}
