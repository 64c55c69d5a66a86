import { hospitalNames, measurementNames, type HospitalName, type MeasurementName, type Patient, type PatientsByHospital } from './hospital-table.ts';
import { SeededRandom } from './seeded-random.ts';

/**
 * Invented patients for a machine that cannot reach the public data: enough alike that training has something to learn.
 *
 * All figures are summaries of the 740 rows of UCI Heart Disease that FLamby's cleaning keeps. They say what a measurement
 * alone looks like; nothing is known of how measurements go together, so that results on these hospitals say
 * nothing about hearts.
 */
interface HospitalFigures {
  readonly rows: number;
  readonly diseased: number;
  readonly testRows: number;
  readonly testDiseased: number;
  /** Mean and standard deviation over the hospital's patients. */
  readonly spread: Readonly<Record<NumberName, readonly [mean: number, standardDeviation: number]>>;
}

type NumberName = 'age' | 'trestbps' | 'chol' | 'thalach' | 'oldpeak';

const hospitals: Readonly<Record<HospitalName, HospitalFigures>> = {
  cleveland: {
    rows: 303, diseased: 139, testRows: 104, testDiseased: 48,
    spread: { age: [54.4, 9], trestbps: [131.7, 17.6], chol: [246.7, 51.7], thalach: [149.6, 22.8], oldpeak: [1.04, 1.16] },
  },
  hungarian: {
    rows: 261, diseased: 98, testRows: 89, testDiseased: 33,
    spread: { age: [47.8, 7.8], trestbps: [132.6, 17.7], chol: [248.8, 65.5], thalach: [139.2, 23.7], oldpeak: [0.61, 0.93] },
  },
  switzerland: {
    rows: 46, diseased: 45, testRows: 16, testDiseased: 15,
    spread: { age: [56.7, 8.4], trestbps: [135.9, 19.8], chol: [0, 0], thalach: [113.6, 23.6], oldpeak: [0.47, 0.74] },
  },
  va: {
    rows: 130, diseased: 101, testRows: 45, testDiseased: 35,
    spread: { age: [59.4, 7.7], trestbps: [134.4, 21.6], chol: [178.5, 113.1], thalach: [121.4, 21.3], oldpeak: [1.27, 1.12] },
  },
};

interface NumberFigures {
  /** Mean of the diseased less mean of the others, within a hospital. */
  readonly gap: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly decimals: number;
}

const numbers: Readonly<Record<NumberName, NumberFigures>> = {
  age: { gap: 3.35, minimum: 28, maximum: 77, decimals: 0 },
  trestbps: { gap: 5.54, minimum: 80, maximum: 200, decimals: 0 },
  chol: { gap: 18.08, minimum: 0, maximum: 600, decimals: 0 },
  thalach: { gap: -15.22, minimum: 60, maximum: 202, decimals: 0 },
  oldpeak: { gap: 0.97, minimum: 0, maximum: 6, decimals: 1 },
};

/** Share of each value among all patients without and with the disease. */
const categories: Readonly<Record<Exclude<MeasurementName, NumberName>, readonly (readonly [value: number, without: number, diseased: number])[]>> = {
  sex: [[0, 0.37, 0.11], [1, 0.63, 0.89]],
  cp: [[1, 0.06, 0.04], [2, 0.36, 0.06], [3, 0.31, 0.13], [4, 0.27, 0.77]],
  fbs: [[0, 0.9, 0.81], [1, 0.1, 0.19]],
  restecg: [[0, 0.66, 0.55], [1, 0.12, 0.2], [2, 0.22, 0.25]],
  exang: [[0, 0.85, 0.37], [1, 0.15, 0.63]],
};

/** The same hospitals for the same seed. */
export function syntheticHospitals(seed = 'consilium demonstration'): PatientsByHospital {
  const random = new SeededRandom(seed);
  return Object.fromEntries(hospitalNames.map((name) => [name, patientsOf(hospitals[name], random)])) as unknown as PatientsByHospital;
}

function patientsOf(hospital: HospitalFigures, random: SeededRandom): Patient[] {
  return Array.from({ length: hospital.rows }, (_, index): Patient => {
    const target = index < hospital.diseased ? 1 : 0;
    const placeInClass = target === 1 ? index : index - hospital.diseased;
    const testInClass = target === 1 ? hospital.testDiseased : hospital.testRows - hospital.testDiseased;
    const measurements = measurementNames.map((name) =>
      isNumber(name) ? drawNumber(name, hospital, target, random) : drawCategory(name, target, random),
    );
    return { measurements, target, set: placeInClass < testInClass ? 'test' : 'train' };
  });
}

function isNumber(name: MeasurementName): name is NumberName {
  return name in numbers;
}

/** Normal around the mean of the patient's class; but for the limits, mean and spread of the hospital come out as published. */
function drawNumber(name: NumberName, hospital: HospitalFigures, target: 0 | 1, random: SeededRandom): number {
  const [mean, standardDeviation] = hospital.spread[name];
  // Never measured there, and entered as 0.
  if (standardDeviation === 0) return mean;
  const { gap, minimum, maximum, decimals } = numbers[name];
  const prevalence = hospital.diseased / hospital.rows;
  const within = Math.sqrt(Math.max(standardDeviation ** 2 - gap ** 2 * prevalence * (1 - prevalence), 0));
  const value = mean + gap * (target - prevalence) + within * random.normal();
  return Number(Math.min(Math.max(value, minimum), maximum).toFixed(decimals));
}

function drawCategory(name: Exclude<MeasurementName, NumberName>, target: 0 | 1, random: SeededRandom): number {
  const values = categories[name];
  let left = random.uniform();
  for (const [value, without, diseased] of values) {
    left -= target === 1 ? diseased : without;
    if (left < 0) return value;
  }
  return values[values.length - 1][0];
}
