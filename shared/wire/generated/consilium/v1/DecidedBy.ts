// Original file: proto/consilium/v1/study.proto

export const DecidedBy = {
  DECIDED_BY_UNSPECIFIED: 'DECIDED_BY_UNSPECIFIED',
  POLICY: 'POLICY',
  PERSON: 'PERSON',
} as const;

export type DecidedByInput =
  | 'DECIDED_BY_UNSPECIFIED'
  | 0
  | 'POLICY'
  | 1
  | 'PERSON'
  | 2

export type DecidedBy = typeof DecidedBy[keyof typeof DecidedBy]
