// Original file: proto/consilium/v1/round.proto

export const Part = {
  PART_UNSPECIFIED: 'PART_UNSPECIFIED',
  UPDATE: 'UPDATE',
  STATISTICS: 'STATISTICS',
} as const;

export type PartInput =
  | 'PART_UNSPECIFIED'
  | 0
  | 'UPDATE'
  | 1
  | 'STATISTICS'
  | 2

export type Part = typeof Part[keyof typeof Part]
