import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { evidenceResource } from '../../shared/http-api/evidence-resource.ts';
import type { CoordinatorFolder } from '../federation/coordinator-folder.ts';
import type { Payloads } from '../payloads.ts';
import type { Runs } from '../runs/runs.ts';
import { evidenceView } from '../views/evidence-view.ts';
import type { RunSources } from '../views/run-sources.ts';
import { route, type Route } from './route.ts';

const byId = z.strictObject({ id: z.string() });

export interface EvidenceRouteParts {
  readonly runs: Runs;
  readonly sources: RunSources;
  readonly payloads: Payloads;
  readonly coordinator: Pick<CoordinatorFolder, 'federation' | 'signingKey'>;
  readonly clock: Clock;
}

export function evidenceRoutes({ runs, sources, payloads, coordinator, clock }: EvidenceRouteParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/runs/:id/evidence',
      roles: ['auditor'],
      summary: 'What a run that has ended left behind, to be checked without the coordinator.',
      params: byId,
      reply: { status: 200, schema: evidenceResource },
      handle: async ({ params }) => evidenceView(sources, coordinator, await runs.get(params.id), clock.nowMs()),
    }),
    route({
      method: 'get',
      path: '/runs/:id/sums/:digest',
      roles: ['auditor'],
      summary: 'A sum of the run that its decryptors opened.',
      params: byId.extend({ digest: z.string() }),
      reply: { status: 200, mediaType: 'application/octet-stream', description: 'Little-endian uint32, one for each lane of the layout; its SHA-256 is the digest.' },
      async *handle({ params }) {
        const { id } = await runs.get(params.id);
        if (!(await hasOpened(sources, id, params.digest))) throw new ConsiliumError('not-found', `No sum of ${id} that was opened has this digest.`);
        yield* payloads.read(params.digest);
      },
    }),
  ];
}

async function hasOpened({ read }: RunSources, run: string, digest: string): Promise<boolean> {
  for (const { id } of await read.rounds.list(run)) {
    const decryptions = await read.decryptions.list(id);
    if (decryptions.some(({ answer }) => answer && Object.values(answer.sumDigests).includes(digest))) return true;
  }
  return false;
}
