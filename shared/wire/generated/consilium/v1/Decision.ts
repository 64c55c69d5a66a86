// Original file: proto/consilium/v1/study.proto

export const Decision = {
  DECISION_UNSPECIFIED: 'DECISION_UNSPECIFIED',
  APPROVED: 'APPROVED',
  REFUSED: 'REFUSED',
  WITHDRAWN: 'WITHDRAWN',
} as const;

export type DecisionInput =
  | 'DECISION_UNSPECIFIED'
  | 0
  | 'APPROVED'
  | 1
  | 'REFUSED'
  | 2
  | 'WITHDRAWN'
  | 3

export type Decision = typeof Decision[keyof typeof Decision]
