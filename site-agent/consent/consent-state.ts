import { asConsiliumError, type ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Assignment } from '../assignments/assignment.ts';
import type { ConsentRecords } from './consent-records.ts';
import type { Decision } from './decisions.ts';
import { decisionAbout } from './standing.ts';

/** What is decided about a study as it was proposed last. */
export type StudyState = 'waiting' | Decision['decision'];

/** How consent stands at a site now. */
export interface ConsentState {
  readonly paused: boolean;
  /** Why the policy file cannot be used. */
  readonly policyProblem: ConsiliumError | undefined;
  /** How many studies are in each state. */
  readonly studies: Readonly<Record<StudyState, number>>;
}

export async function consentState(records: ConsentRecords): Promise<ConsentState> {
  const { proposals, decisions, pause } = records;
  const studies = { waiting: 0, approved: 0, refused: 0, withdrawn: 0 };
  for (const study of await proposals.studies()) {
    const terms = await proposals.find(study);
    if (terms) studies[decisionAbout(await decisions.of(study), terms)?.decision ?? 'waiting'] += 1;
  }
  const policyProblem = await records.policy().then(() => undefined, asConsiliumError);
  return { paused: (await pause.current()) !== undefined, policyProblem, studies };
}

/**
 * Whether a piece of work is left with the coordinator, which offers it again when the stream is opened anew. Nothing is
 * answered in the name of a hospital whose policy cannot be read; a pause lets keys wait, and rounds are declined.
 */
export function mustWait({ paused, policyProblem }: Pick<ConsentState, 'paused' | 'policyProblem'>, kind: Assignment['kind']): boolean {
  return (policyProblem !== undefined && !needsNoPolicy.has(kind)) || (paused && keying.has(kind));
}

const keying: ReadonlySet<Assignment['kind']> = new Set(['epoch-key', 'group-key', 'sealed-group-key']);
const needsNoPolicy: ReadonlySet<Assignment['kind']> = new Set(['epoch-closing', 'run-end']);
