import { mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { readContractRows, type ContractRows } from '../../../shared/datasets/contract-rows.ts';
import { openCsvTable } from '../../../shared/datasets/csv-table.ts';
import { DataProblems } from '../../../shared/datasets/data-problems.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import type { DataContract } from '../../../shared/studies/plan.ts';

/** Reads the text as a file `heart.csv` by the contract. */
export async function readText(text: string | Buffer, contract: DataContract): Promise<ContractRows> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'consilium-data-'));
  const path = join(folder.path, 'heart.csv');
  await writeFile(path, text);
  const problems = new DataProblems();
  await using table = await openCsvTable(path, problems);
  return await readContractRows(table, contract, problems);
}

/** The problems for which the reading is refused, as `path: message`. */
export async function refusal(reading: Promise<unknown>): Promise<string[]> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof ConsiliumError && error.code === 'data-invalid') return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  throw new Error('the data were not refused');
}
