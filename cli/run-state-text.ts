import type { RunResource } from '../shared/http-api/run-resource.ts';

/** `heart-disease-1 is failed: Too few sites.`: how a run stands, as one sentence and, where there is a reason, why. */
export function runStateText({ id, state, reason }: Pick<RunResource, 'id' | 'state' | 'reason'>): string {
  const why = reason === '' ? '' : `: ${reason.replace(/\.+$/, '')}`;
  return `${id} is ${state.toLowerCase()}${why}.`;
}
