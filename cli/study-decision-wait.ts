import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { studyStandingResource, type StudyStandingResource } from '../shared/http-api/study-standing-resource.ts';
import type { CoordinatorClient } from './coordinator-client.ts';

/**
 * Waits until every member of the study's newest roster has decided, one way or the other.
 *
 * @param onWaiting told who is waited for, after each event
 * @throws ConsiliumError `roster-missing`, `coordinator-unreachable`
 */
export async function everyoneDecided(client: CoordinatorClient, study: string, onWaiting: (text: string) => void): Promise<StudyStandingResource> {
  const path = `/studies/${encodeURIComponent(study)}`;
  for await (const _event of client.events(`${path}/events`)) {
    const standing = await client.get(`${path}/decisions`, studyStandingResource);
    const undecided = standing.decisions.filter(({ decision }) => decision === null).map(({ site }) => site);
    if (undecided.length === 0) return standing;
    const decided = standing.decisions.length - undecided.length;
    onWaiting(`${decided} of ${standing.decisions.length} hospitals have decided; waiting for ${undecided.join(', ')}.`);
  }
  throw new ConsiliumError('coordinator-unreachable', 'It ended the stream of events.');
}
