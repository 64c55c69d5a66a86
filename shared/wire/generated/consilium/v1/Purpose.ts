// Original file: proto/consilium/v1/round.proto

export const Purpose = {
  PURPOSE_UNSPECIFIED: 'PURPOSE_UNSPECIFIED',
  NORMALISATION: 'NORMALISATION',
  CALIBRATION: 'CALIBRATION',
  TRAINING: 'TRAINING',
  EVALUATION: 'EVALUATION',
} as const;

export type PurposeInput =
  | 'PURPOSE_UNSPECIFIED'
  | 0
  | 'NORMALISATION'
  | 1
  | 'CALIBRATION'
  | 2
  | 'TRAINING'
  | 3
  | 'EVALUATION'
  | 4

export type Purpose = typeof Purpose[keyof typeof Purpose]
