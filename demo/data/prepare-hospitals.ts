import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { hospitalCsv, hospitalNames, type HospitalName, type PatientsByHospital } from './hospital-table.ts';
import { syntheticHospitals } from './synthetic-hospitals.ts';
import { downloadUciFiles, readUciFolder, uciAddress } from './uci-heart-disease.ts';

export interface PreparedHospitals {
  readonly source: 'heart-disease-uci' | 'synthetic';
  readonly hospitals: readonly { readonly site: HospitalName; readonly path: string; readonly train: number; readonly test: number }[];
}

export interface HospitalSources {
  /** Folder with the UCI files or FLamby's table; when named, nothing else is tried. */
  readonly dataDir?: string;
  /** Do not try to download. */
  readonly offline?: boolean;
  /** Invent the patients even where the public data are at hand. */
  readonly synthetic?: boolean;
  /** Told in one line where the data come from. */
  readonly log: (line: string) => void;
  /** Folder that is tried before the network. */
  readonly neighbourDir?: string;
  /** Where the UCI files are published; ends with a slash. */
  readonly address?: string;
  /** How long the download may take, so that a machine without a network goes on soon. */
  readonly timeoutMs?: number;
}

/** Beside the repository. */
const defaultNeighbourDir = fileURLToPath(new URL('../../../shared/data/heart-disease-uci', import.meta.url));

/**
 * Writes one table for each of the four hospitals of UCI Heart Disease, cleaned and split as in FLamby's benchmark:
 * from the folder named, else from the folder beside the repository, else downloaded, else invented.
 *
 * @throws ConsiliumError `not-found` when the folder named has no such data, `digest-mismatch` when a file is there or
 *   was downloaded but is not the published one
 */
export async function prepareHospitals(target: string, sources: HospitalSources): Promise<PreparedHospitals> {
  const real = sources.synthetic ? undefined : await realHospitals(sources);
  if (!real) sources.log('Hospitals: invented patients, made from published summaries of UCI Heart Disease.');
  const patients = real ?? syntheticHospitals();

  await mkdir(target, { recursive: true });
  const hospitals = hospitalNames.map((site) => {
    const train = patients[site].filter(({ set }) => set === 'train').length;
    return { site, path: join(target, `${site}.csv`), train, test: patients[site].length - train };
  });
  await Promise.all(hospitals.map(({ site, path }) => writeFile(path, hospitalCsv(patients[site]))));
  return { source: real ? 'heart-disease-uci' : 'synthetic', hospitals };
}

async function realHospitals(sources: HospitalSources): Promise<PatientsByHospital | undefined> {
  const { dataDir, offline = false, log, neighbourDir = defaultNeighbourDir, address = uciAddress, timeoutMs = 5000 } = sources;
  const folder = dataDir ?? neighbourDir;
  const found = await readUciFolder(folder);
  if (found) {
    log(`Hospitals: UCI Heart Disease from ${folder}.`);
    return found;
  }
  if (dataDir !== undefined) throw new ConsiliumError('not-found', `${dataDir} holds neither processed.*.data of UCI Heart Disease nor FLamby's table.`);
  if (offline) return undefined;
  try {
    const downloaded = await downloadUciFiles(address, AbortSignal.timeout(timeoutMs));
    log(`Hospitals: UCI Heart Disease, downloaded from ${address}`);
    return downloaded;
  } catch (error) {
    if (error instanceof ConsiliumError) throw error;
    log(`Hospitals: ${address} cannot be reached.`);
    return undefined;
  }
}
