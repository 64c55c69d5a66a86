import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { parse } from 'csv-parse/sync';

import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { flambyTestLines } from './flamby-split.ts';
import { hospitalNames, measurementNames, type HospitalName, type Patient, type PatientsByHospital } from './hospital-table.ts';

/**
 * Heart Disease, UCI Machine Learning Repository, data set 45 (CC BY 4.0). Principal investigators: Andras Janosi,
 * Hungarian Institute of Cardiology, Budapest; William Steinbrunn, University Hospital Zurich; Matthias Pfisterer,
 * University Hospital Basel; Robert Detrano, V.A. Medical Center Long Beach and Cleveland Clinic Foundation.
 */
export const uciAddress = 'https://archive.ics.uci.edu/ml/machine-learning-databases/heart-disease/';

/** SHA-256 of the files; the split names lines in them, so that no other bytes will do. */
const sha256Sums: Readonly<Record<HospitalName, string>> = {
  cleveland: 'a74b7efa387bc9d108d7d0115d831fe9b414b29ae7124f331b622b4efa0427c8',
  hungarian: 'd1ad108f785768cd3d7e82dc522e6f5a61eea93cccfb3a46ee8076f73fc3d796',
  switzerland: '834a405ccf5b66ab4056bb77794adc8df0b7125186454c0a1d002d33c6c3b314',
  va: 'e7c93d8d0d2acdadfa4c5e8de768e2191e7f618b952e29623f1f0d5949ff6b8f',
};

/** One table of all hospitals, cleaned and split as in FLamby's benchmark: columns center_name, set, target and the measurements. */
const flambyFile = 'fed_heart_disease_flamby_split.csv';

/**
 * Reads the four hospitals from a folder that holds either FLamby's table or UCI's four files.
 *
 * @returns undefined when the folder holds neither
 * @throws ConsiliumError `digest-mismatch` when one of UCI's files is not the published one
 */
export async function readUciFolder(folder: string): Promise<PatientsByHospital | undefined> {
  const table = await readIfThere(join(folder, flambyFile));
  if (table) return patientsOfFlambyTable(table);
  const files = await Promise.all(hospitalNames.map((name) => readIfThere(join(folder, fileOf(name)))));
  return files.every((bytes) => bytes !== undefined) ? patientsOfUciFiles(files) : undefined;
}

/**
 * @param address folder of the four files, ending with a slash
 * @throws ConsiliumError `digest-mismatch` when a file is not the published one; the fetch's own error when one cannot be had
 */
export async function downloadUciFiles(address: string, signal: AbortSignal): Promise<PatientsByHospital> {
  const files = await Promise.all(
    hospitalNames.map(async (name) => {
      const response = await fetch(new URL(fileOf(name), address), { signal });
      if (!response.ok) throw new Error(`${response.url} answers ${response.status}`);
      return Buffer.from(await response.arrayBuffer());
    }),
  );
  return patientsOfUciFiles(files);
}

function fileOf(hospital: HospitalName): string {
  return `processed.${hospital}.data`;
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

function patientsOfUciFiles(files: readonly Buffer[]): PatientsByHospital {
  return byHospital((name, index) => {
    const sum = createHash('sha256').update(files[index]).digest('hex');
    if (sum !== sha256Sums[name]) throw new ConsiliumError('digest-mismatch', `${fileOf(name)} has SHA-256 ${sum}, the published file has ${sha256Sums[name]}.`);
    return cleanedPatients(files[index], new Set(flambyTestLines[name]));
  });
}

/** FLamby's cleaning: slope, ca and thal (columns 11 to 13) are left out, then every row with a missing value. */
function cleanedPatients(file: Buffer, testLines: ReadonlySet<number>): Patient[] {
  const rows: string[][] = parse(file);
  return rows.flatMap((cells, index): Patient[] => {
    const measurements = cells.slice(0, measurementNames.length);
    if (measurements.includes('?')) return [];
    const target = Number(cells[13]) > 0 ? 1 : 0;
    return [{ measurements: measurements.map(Number), target, set: testLines.has(index + 1) ? 'test' : 'train' }];
  });
}

function patientsOfFlambyTable(file: Buffer): PatientsByHospital {
  const rows: Record<string, string>[] = parse(file, { columns: true, bom: true });
  return byHospital((hospital) =>
    rows
      .filter((row) => row.center_name === hospital)
      .map((row) => ({
        measurements: measurementNames.map((name) => Number(row[name])),
        target: row.target === '1' ? 1 : 0,
        set: row.set === 'test' ? 'test' : 'train',
      })),
  );
}

function byHospital(patientsOf: (name: HospitalName, index: number) => readonly Patient[]): PatientsByHospital {
  return Object.fromEntries(hospitalNames.map((name, index) => [name, patientsOf(name, index)])) as unknown as PatientsByHospital;
}
