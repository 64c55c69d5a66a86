import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareHospitals } from '../demo/data/prepare-hospitals.ts';
import { openDataSet, type DataSet } from '../site-agent/data/data-set.ts';
import { planSchema, type StudyPlan } from '../shared/studies/plan.ts';

export interface HeartHospital extends DataSet {
  readonly site: string;
  /** The hospital's table as CSV. */
  readonly table: string;
}

export async function heartPlan(): Promise<StudyPlan> {
  return planSchema.parse(JSON.parse(await readFile(new URL('../examples/heart-disease.json', import.meta.url), 'utf8')));
}

/**
 * The four hospitals of the UCI heart-disease data, on the split of the FLamby benchmark.
 * @throws when the data are neither in `dataDir` nor beside the repository: figures on synthetic hospitals would mean nothing
 */
export async function heartHospitals(dataDir: string | undefined): Promise<HeartHospital[]> {
  const folder = await mkdtemp(join(tmpdir(), 'consilium-heart-'));
  try {
    const plan = await heartPlan();
    const { source, hospitals } = await prepareHospitals(folder, { log: () => undefined, ...(dataDir !== undefined && { dataDir }) });
    if (source !== 'heart-disease-uci') throw new Error('This benchmark needs the UCI heart-disease data: name their folder with --data.');
    return await Promise.all(
      hospitals.map(async ({ site, path }) => ({ site, table: await readFile(path, 'utf8'), ...(await openDataSet({ [plan.data.dataset]: { path } }, plan.data, folder)) })),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
