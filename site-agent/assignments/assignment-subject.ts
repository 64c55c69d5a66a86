import { studyQueue } from '../consent/study-answers.ts';
import type { Assignment } from './assignment.ts';

/** The study that a proposal is about; all other work names its run. */
export function studyOf(assignment: Assignment): string | undefined {
  return assignment.kind === 'study-proposal' ? assignment.proposal.study : undefined;
}

/** The run that a piece of work belongs to; a proposal comes before any run. */
export function runOf(assignment: Assignment): string | undefined {
  switch (assignment.kind) {
    case 'round':
      return assignment.offer.run;
    case 'epoch-closing':
    case 'co-signature':
    case 'decryption':
      return assignment.request.run;
    case 'run-end':
      return assignment.run;
    case 'study-proposal':
      return undefined;
    default:
      return assignment.epoch.run;
  }
}

/** The round that a piece of work is about, where it is about one. */
export function roundOf(assignment: Assignment): string | undefined {
  if (assignment.kind === 'round') return assignment.offer.round;
  return assignment.kind === 'decryption' || assignment.kind === 'co-signature' ? assignment.request.round : undefined;
}

/** The smallest thing that a piece of work is about, as audit logs name it. */
export function subjectOf(assignment: Assignment): string {
  return roundOf(assignment) ?? runOf(assignment) ?? (studyOf(assignment) as string);
}

/** Work of one queue is done one piece after the other. */
export function queueOf(assignment: Assignment): string {
  return runOf(assignment) ?? studyQueue(studyOf(assignment) as string);
}
