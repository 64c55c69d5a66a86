export const hospitalNames = ['cleveland', 'hungarian', 'switzerland', 'va'] as const;
export type HospitalName = (typeof hospitalNames)[number];

export const measurementNames = ['age', 'sex', 'cp', 'trestbps', 'chol', 'fbs', 'restecg', 'thalach', 'exang', 'oldpeak'] as const;
export type MeasurementName = (typeof measurementNames)[number];

export interface Patient {
  /** In the order of `measurementNames`, coded as in the UCI files. */
  readonly measurements: readonly number[];
  readonly target: 0 | 1;
  readonly set: 'train' | 'test';
}

export type PatientsByHospital = Readonly<Record<HospitalName, readonly Patient[]>>;

const units: Partial<Record<MeasurementName, string>> = { age: 'a', trestbps: 'mm[Hg]', chol: 'mg/dL', thalach: '/min', oldpeak: 'mm' };

/** A table that keeps the data contract of `examples/heart-disease.json`, with units in the header. */
export function hospitalCsv(patients: readonly Patient[]): string {
  const header = [...measurementNames.map((name) => (name in units ? `${name} [${units[name]}]` : name)), 'target', 'set'];
  const rows = patients.map(({ measurements, target, set }) => [...measurements, target, set]);
  return [header, ...rows].map((cells) => `${cells.join(',')}\n`).join('');
}
