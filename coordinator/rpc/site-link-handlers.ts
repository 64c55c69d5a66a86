import type { AssignmentInput } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { DeclineRequest } from '../../shared/wire/generated/consilium/v1/DeclineRequest.ts';
import type { SiteLinkHandlers } from '../../shared/wire/generated/consilium/v1/SiteLink.ts';
import type { SiteProgress as SiteProgressMessage } from '../../shared/wire/generated/consilium/v1/SiteProgress.ts';
import type { WatchRequest } from '../../shared/wire/generated/consilium/v1/WatchRequest.ts';
import { activityFromWire } from '../../shared/wire/activity-names.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { Assignments } from '../assignments/assignments.ts';
import type { Declines } from '../rounds/declines.ts';
import type { SiteProgresses } from '../rounds/site-progress.ts';
import type { RunConductor } from '../runs/run-conductor.ts';
import type { ConnectedSites } from '../sites/connected-sites.ts';
import type { SiteCertificates } from '../sites/site-certificates.ts';
import type { Site } from '../sites/site.ts';
import type { Adapter } from './adapter.ts';
import { runOf } from '../assignments/assignment.ts';
import { wireAssignment } from './wire-assignment.ts';

/** More than a site can have under way; every one is looked up at each wake-up. */
const heldRunsMaxCount = 256;

export function siteLinkHandlers(
  adapter: Adapter<Site>,
  parts: {
    readonly assignments: Assignments;
    readonly certificates: Pick<SiteCertificates, 'requireStillEnrolled'>;
    readonly declines: Declines;
    readonly progress: Pick<SiteProgresses, 'tell'>;
    readonly connectedSites: ConnectedSites;
    readonly conductor: Pick<RunConductor, 'wake'>;
    readonly federation: string;
    readonly log: Logger;
  },
): SiteLinkHandlers {
  const { assignments, certificates, declines, progress, connectedSites, conductor, federation, log } = parts;
  return {
    Watch: adapter.serverStream(async function* (site, { heldRuns, engine, agentVersion }: WatchRequest, { signal }): AsyncGenerator<AssignmentInput> {
      log.info('A site is at work.', { site: site.name, engine, agentVersion });
      const sent = new Set<string>();
      if (heldRuns.length > heldRunsMaxCount) throw new ConsiliumError('invalid-request', `A site holds at most ${heldRunsMaxCount} runs.`);
      const held = new Set(heldRuns);
      for await (const _wakeUp of connectedSites.wakeUps(site.name, signal)) {
        await certificates.requireStillEnrolled(site);
        const open = await assignments.openFor(site.name, held);
        for (const assignment of open.filter(({ id }) => !sent.has(id))) {
          sent.add(assignment.id);
          const run = runOf(assignment);
          if (run !== undefined) held.add(run);
          yield wireAssignment(assignment, federation);
        }
      }
      log.info('A site left.', { site: site.name });
    }),

    Decline: adapter.unary(async (site, { run, assignment, code }: DeclineRequest, { about }) => {
      about(run);
      await declines.record(site.name, run, assignment, code);
      conductor.wake(run);
      return {};
    }),

    TellProgress: adapter.unary(async (site, { activity, ...note }: SiteProgressMessage, { about }) => {
      about(note.round);
      await progress.tell(site.name, { ...note, activity: activityFromWire(activity) });
      return {};
    }),
  };
}
