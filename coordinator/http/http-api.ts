import express, { type Express } from 'express';
import helmet from 'helmet';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { DiskRoom } from '../../shared/storage/disk-room.ts';
import type { Address } from '../../shared/tls/address.ts';
import type { Access } from '../access/access.ts';
import type { IdentitySource } from '../access/identity.ts';
import type { InvitationTables } from '../enrolment/invitation.ts';
import type { CoordinatorFolder } from '../federation/coordinator-folder.ts';
import type { Payloads } from '../payloads.ts';
import type { RunContexts } from '../runs/run-context.ts';
import type { RunEvents } from '../runs/run-events.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { SiteProgresses } from '../rounds/site-progress.ts';
import type { RunWaits } from '../runs/run-waits.ts';
import type { Runs } from '../runs/runs.ts';
import type { ConnectedSites } from '../sites/connected-sites.ts';
import type { Studies } from '../studies/studies.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import { accessRoutes } from './access-routes.ts';
import { auditRoutes } from './audit-routes.ts';
import { errorReplies } from './error-replies.ts';
import { evidenceRoutes } from './evidence-routes.ts';
import { federationRoutes } from './federation-routes.ts';
import { modelVersionRoutes } from './model-version-routes.ts';
import { openApiDocument } from './openapi-document.ts';
import type { HttpLimits } from './http-limits.ts';
import { limitRate } from './rate-limit.ts';
import { recordRefusals, type RefusalRecordParts } from './refusal-records.ts';
import { routerOf } from './router.ts';
import type { Route } from './route.ts';
import { rosterRoutes, type RosterRouteParts } from './roster-routes.ts';
import { runRoutes } from './run-routes.ts';
import { requireAccess } from './session.ts';
import { siteRoutes, type SiteRouteParts } from './site-routes.ts';
import { studyRoutes } from './study-routes.ts';

export interface HttpApiParts extends RefusalRecordParts, RosterRouteParts {
  readonly folder: CoordinatorFolder;
  readonly disk: Pick<DiskRoom, 'state'>;
  readonly access: Access;
  /** How tokens tell who calls; the first that knows a token decides. */
  readonly identitySources: readonly IdentitySource[];
  /** Where sites dial. */
  readonly siteAddress: Address;
  readonly store: UnitOfWork<RunTables & InvitationTables>;
  readonly payloads: Payloads;
  readonly studies: Studies;
  readonly contexts: RunContexts;
  readonly runs: Runs;
  readonly waits: RunWaits;
  readonly progress: Pick<SiteProgresses, 'of'>;
  readonly events: RunEvents;
  readonly connectedSites: Pick<ConnectedSites, 'names'>;
  /** Takes a site's place away and cuts it off. */
  readonly revoke: SiteRouteParts['revoke'];
  readonly clock: Clock;
  readonly limits: HttpLimits;
  /** Aborted when the coordinator stops. */
  readonly closing: AbortSignal;
}

/** The API for people and their machines, as a listener for a server. Every request needs an access token. */
export function createHttpApi(parts: HttpApiParts): Express {
  const { folder, store, payloads, studies, contexts, runs, clock } = parts;
  const sources = { read: store.read, contexts, waits: parts.waits, progress: parts.progress, connectedSites: parts.connectedSites };
  const routes: Route[] = [
    ...federationRoutes({ ...folder, siteAddress: parts.siteAddress, disk: parts.disk }),
    ...studyRoutes({ studies, contexts }),
    ...rosterRoutes(parts),
    ...runRoutes({ runs, sources, events: parts.events, clock }),
    ...evidenceRoutes({ runs, sources, payloads, coordinator: folder, clock }),
    ...modelVersionRoutes({ runs, modelVersions: store.read.modelVersions, payloads }),
    ...accessRoutes(parts.access),
    ...auditRoutes({ ...folder, audit: store.read.audit, clock }),
    ...siteRoutes({ store, connectedSites: parts.connectedSites, revoke: parts.revoke, siteAddress: parts.siteAddress, fingerprint: folder.authority.fingerprint, clock }),
  ];
  const document = openApiDocument(routes);
  const app = express().set('etag', false);
  app.use(helmet());
  app.use('/api/v1', requireAccess(parts.identitySources), limitRate(parts.limits.requestsPerMinute));
  app.get('/api/v1/openapi.json', (_request, response) => void response.json(document));
  app.use('/api/v1', routerOf(routes, parts.limits, parts.closing));
  app.use((request, _response, next) => next(new ConsiliumError('not-found', `It was asked for ${request.path}.`)));
  app.use(recordRefusals(parts));
  app.use(errorReplies(parts.log));
  return app;
}
