import { ConsiliumError } from '../errors/consilium-error.ts';
import type { StudyDecision } from '../statements/study-decision.ts';

type Decision = StudyDecision['decision'];
type DecidedBy = StudyDecision['decidedBy'];

/** The wire's names for decisions and for who decided: upper case, as protobuf writes enums. */
export function wireDecision(decision: Decision): Uppercase<Decision> {
  return decision.toUpperCase() as Uppercase<Decision>;
}

/** @throws invalid-request */
export function decisionFromWire(name: string): Decision {
  const decision = String(name).toLowerCase(); // protobuf leaves a value that it does not know a number
  if (decision === 'approved' || decision === 'refused' || decision === 'withdrawn') return decision;
  throw new ConsiliumError('invalid-request', 'It names no decision.');
}

export function wireDecidedBy(decidedBy: DecidedBy): Uppercase<DecidedBy> {
  return decidedBy.toUpperCase() as Uppercase<DecidedBy>;
}

/** @throws invalid-request */
export function decidedByFromWire(name: string): DecidedBy {
  const decidedBy = String(name).toLowerCase();
  if (decidedBy === 'policy' || decidedBy === 'person') return decidedBy;
  throw new ConsiliumError('invalid-request', 'It does not say who decided.');
}
