import { join } from 'node:path';
import { systemClock, type Clock } from '../shared/clock.ts';
import { lockFolder } from '../shared/files/folder-lock.ts';
import type { Logger } from '../shared/logs/logger.ts';
import { diskGauges } from '../shared/operations/disk-gauges.ts';
import { createMetricsRegistry } from '../shared/operations/metrics-registry.ts';
import { startOperationsServer } from '../shared/operations/operations-server.ts';
import { DiskRoom, fullDiskText } from '../shared/storage/disk-room.ts';
import type { Address } from '../shared/tls/address.ts';
import { services } from '../shared/wire/services.ts';
import { RunningSums } from './aggregation/running-sums.ts';
import { Access } from './access/access.ts';
import { Refusals } from './access/refusals.ts';
import { Assignments } from './assignments/assignments.ts';
import { RefusedCalls } from './audit/refused-calls.ts';
import { discardLateUploads } from './contributions/broken-off-uploads.ts';
import { Contributions } from './contributions/contributions.ts';
import { Decryptions } from './decryptions/decryptions.ts';
import { logEvents } from './event-log.ts';
import { openCoordinatorFolder } from './federation/coordinator-folder.ts';
import { GroupKeys } from './group-keys/group-keys.ts';
import { createHttpApi } from './http/http-api.ts';
import { httpLimits, type HttpLimits } from './http/http-limits.ts';
import { startHttpsServer } from './http/https-server.ts';
import { OpenIdConnect } from './http/open-id-connect/open-id-connect.ts';
import { readOpenIdConnectSettings } from './http/open-id-connect/open-id-connect-settings.ts';
import { CollectionSchedule } from './retention/collection-schedule.ts';
import { PayloadCollection } from './retention/payload-collection.ts';
import { Ledgers } from './ledgers/ledgers.ts';
import { coordinatorMetrics } from './metrics/coordinator-metrics.ts';
import { Manifests } from './manifests/manifests.ts';
import { ModelVersions } from './model-versions/model-versions.ts';
import { Rosters } from './rosters/rosters.ts';
import { StudyDecisions } from './rosters/study-decisions.ts';
import { StudyEvents } from './rosters/study-events.ts';
import { Declines } from './rounds/declines.ts';
import { SiteProgresses } from './rounds/site-progress.ts';
import { Adapter } from './rpc/adapter.ts';
import { callLimits, type CallLimits } from './rpc/call-limits.ts';
import { callNouns } from './rpc/call-nouns.ts';
import { CallsUnderWay } from './rpc/calls-under-way.ts';
import { admitAnyone, admitSite } from './rpc/caller.ts';
import { contributionHandlers } from './rpc/contribution-handlers.ts';
import { decryptionHandlers } from './rpc/decryption-handlers.ts';
import { enrolmentHandlers } from './rpc/enrolment-handlers.ts';
import { groupKeyHandlers } from './rpc/group-key-handlers.ts';
import { ledgerHandlers } from './rpc/ledger-handlers.ts';
import { manifestHandlers } from './rpc/manifest-handlers.ts';
import { modelVersionHandlers } from './rpc/model-version-handlers.ts';
import { renewingCredentials } from './rpc/server-credentials.ts';
import { startRpcServer } from './rpc/server.ts';
import { siteLinkHandlers } from './rpc/site-link-handlers.ts';
import { studyHandlers } from './rpc/study-handlers.ts';
import { RunConductor } from './runs/run-conductor.ts';
import { RunContexts } from './runs/run-context.ts';
import { RunEvents } from './runs/run-events.ts';
import { RunMishaps } from './runs/run-mishaps.ts';
import { RunWaits } from './runs/run-waits.ts';
import { Runs } from './runs/runs.ts';
import { ConnectedSites } from './sites/connected-sites.ts';
import { replacementText, revocationText, SiteCertificates } from './sites/site-certificates.ts';
import { revokeSite } from './sites/revocation.ts';
import type { Site } from './sites/site.ts';
import { PayloadsWithRoom } from './storage/payloads-with-room.ts';
import { readStorageSettings } from './storage/storage-settings.ts';
import { PayloadFiles } from './store/payload-files.ts';
import { SpoolFiles } from './store/spool-files.ts';
import { PayloadFolder } from './store/payload-folder.ts';
import { Store } from './store/store.ts';
import { Studies } from './studies/studies.ts';
import { Transfers } from './transfers/transfers.ts';

export interface CoordinatorSettings {
  readonly folder: string;
  /** Where sites dial in; port 0 takes a free one. */
  readonly siteAddress: Address;
  /** The API for people and their machines; without an address there is none. */
  readonly httpAddress?: Address;
  /** `/metrics`, `/healthz`, `/readyz`. */
  readonly operationsAddress: Address;
  readonly log: Logger;
  readonly clock?: Clock;
  /** What callers may use, where it is not as usual. */
  readonly limits?: { readonly calls?: CallLimits; readonly http?: HttpLimits };
}

export interface Coordinator extends AsyncDisposable {
  readonly sitePort: number;
  /** Of the HTTP API, where there is one. */
  readonly httpPort: number | undefined;
  readonly operationsUrl: string;
  readonly studies: Studies;
  readonly rosters: Rosters;
  readonly decisions: StudyDecisions;
  readonly runs: Runs;
  readonly events: RunEvents;
  /** Takes a site's place in the federation away and ends its calls that are under way. @throws site-not-found */
  revoke(site: string, actor: string): Promise<Site>;
}

/** How long calls that are under way may go on after a stop was asked for. */
const graceMs = 5_000;

/** Puts the coordinator together and starts it; it goes on with every run that had not ended. */
export async function startCoordinator(settings: CoordinatorSettings): Promise<Coordinator> {
  const { log, clock = systemClock, limits: { calls: limits = callLimits, http: apiLimits = httpLimits } = {} } = settings;
  await using stack = new AsyncDisposableStack();
  const folder = await openCoordinatorFolder(settings.folder);
  const openIdConnect = await readOpenIdConnectSettings(settings.folder);
  const storage = await readStorageSettings(settings.folder);
  stack.use(lockFolder(settings.folder));
  const { id: federation, hosts } = folder.federation;
  const store = stack.use(await Store.open(folder.databaseFile));
  const payloadFolder = join(settings.folder, 'payloads');
  const disk = new DiskRoom(settings.folder, storage.minimumFreeBytes, ({ full, freeBytes, minimumFreeBytes }) =>
    full ? log.error('The disk is full: contributions and sums wait until there is room.', { freeBytes, minimumFreeBytes }) : log.info('The disk has room again.', { freeBytes }),
  );
  const payloadFiles = await PayloadFiles.open(payloadFolder);
  const payloads = new PayloadsWithRoom(payloadFiles, disk);
  const spools = new SpoolFiles(join(settings.folder, 'uploads'), payloadFiles, disk);
  await discardLateUploads(store, spools);
  const sums = stack.use(new RunningSums(payloads));

  const events = new RunEvents();
  const studyEvents = new StudyEvents();
  stack.use(logEvents(events, log));
  stack.use(logEvents(studyEvents, log));
  const studies = new Studies(store, clock);
  const contexts = new RunContexts(studies);
  const connectedSites = new ConnectedSites();
  const startedAtMs = clock.nowMs();
  const mishaps = new RunMishaps();
  const progress = new SiteProgresses({ read: store.read, contexts, events, clock });
  const waits = new RunWaits({ read: store.read, contexts, mishaps, disk, startedAtMs });
  const conductor = stack.use(new RunConductor({ federation, store, payloads, spools, sums, contexts, events, waits, mishaps, clock, startedAtMs, log, onEnded: (run) => progress.forget(run), onMoved: () => connectedSites.wakeAll() }));
  const rosters = new Rosters({ store, studies, federation, events: studyEvents, clock, onSubmitted: () => connectedSites.wakeAll() });
  const decisions = new StudyDecisions({ store, federation, events: studyEvents, clock });
  const runs = new Runs({ store, payloads, contexts, events, clock, onChanged: (run) => conductor.wake(run) });

  const registry = createMetricsRegistry('coordinator');
  const metrics = stack.use(coordinatorMetrics(registry, { events, read: store.read, waits, connectedSites, authority: folder.authority.certificate, clock, log }));
  const collection = new PayloadCollection({ store, inventory: new PayloadFolder(payloadFolder), keepContributionsMs: storage.keepContributionsMs, clock });
  stack.use(new CollectionSchedule(collection, { log, onCollected: metrics.showStock }));
  diskGauges(registry, () => disk.state);
  const transfers = stack.use(new Transfers(store, metrics.meter));
  const certificates = new SiteCertificates({ store, authority: folder.authority, federation, clock });
  const calls = new CallsUnderWay(clock);
  const refusedCalls = stack.use(new RefusedCalls({ store, clock, log, count: metrics.countRefusal }));
  const onFailure = refusedCalls.record.bind(refusedCalls);
  const site = new Adapter(admitSite(certificates, calls), log, { onFailure });
  const anyone = new Adapter(admitAnyone(certificates), log, { onFailure });
  const cutOff = (name: string, why: string) => {
    calls.cutOff(name, why);
    // Runs go on without the site where they can.
    conductor.wakeAll().catch((cause: unknown) => log.error('Runs could not be looked at; each is when something happens in it.', {}, cause));
  };
  const revoke: Coordinator['revoke'] = async (name, actor) => {
    const revoked = await revokeSite(store, clock, name, actor);
    cutOff(name, revocationText(name));
    return revoked;
  };
  const onReplaced = (name: string) => cutOff(name, replacementText(name));
  const assignments = new Assignments(store, contexts);
  const declines = new Declines(store, events, clock);
  const groupKeys = new GroupKeys({ store, contexts, federation, clock });
  const ledgers = new Ledgers({ store, federation, signingKey: folder.signingKey, clock });
  const contributions = new Contributions({ store, payloads, spools, sums, contexts, ledgers, events, progress, clock });
  const manifests = new Manifests({ store, contexts, federation, clock });
  const decryptions = new Decryptions({ store, payloads, contexts, ledgers, federation, clock });

  const { credentials } = stack.use(await renewingCredentials(folder.authority, hosts, clock, log));
  const server = await startRpcServer({
    address: settings.siteAddress,
    credentials,
    limits,
    onLimited: (caller, path) => refusedCalls.limited(caller.hasCertificate ? `certificate ${caller.key}` : `address ${caller.key}`, callNouns[path] ?? 'call'),
    services: [
      { definition: services.enrolment, handlers: enrolmentHandlers({ anyone, site }, { folder, store, clock, certificates, onReplaced }) },
      { definition: services.siteLink, handlers: siteLinkHandlers(site, { assignments, certificates, declines, progress, connectedSites, conductor, federation, log }) },
      { definition: services.studies, handlers: studyHandlers(site, studies, decisions, conductor) },
      { definition: services.groupKeys, handlers: groupKeyHandlers(site, groupKeys, conductor) },
      { definition: services.contributions, handlers: contributionHandlers(site, contributions, conductor) },
      { definition: services.manifests, handlers: manifestHandlers(site, manifests, conductor) },
      { definition: services.modelVersions, handlers: modelVersionHandlers(site, new ModelVersions(store, payloads), transfers) },
      { definition: services.ledgers, handlers: ledgerHandlers(site, ledgers) },
      { definition: services.decryptions, handlers: decryptionHandlers(site, decryptions, transfers, conductor) },
    ],
  });
  stack.defer(() => server.close(graceMs));
  stack.use(connectedSites);
  const http = settings.httpAddress && stack.use(await startHttp(settings.httpAddress));
  const operations = stack.use(await startOperationsServer({ ...settings.operationsAddress, registry, ready: () => (disk.state.full ? { ok: false, reasons: [fullDiskText(disk.state)] } : { ok: true, reasons: [] }) }));
  await conductor.wakeAll();
  log.info('The coordinator is ready.', { federation, sitePort: server.port, httpPort: http?.port, operationsUrl: operations.url });
  const resources = stack.move();
  return {
    sitePort: server.port,
    httpPort: http?.port,
    operationsUrl: operations.url,
    studies,
    rosters,
    decisions,
    runs,
    events,
    revoke,
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };

  async function startHttp(address: Address) {
    const closing = new AbortController();
    const siteAddress = { host: hosts[0] ?? 'localhost', port: server.port };
    const access = new Access(store, clock);
    const api = createHttpApi({
      folder, disk, siteAddress, store, payloads, studies, contexts, rosters, decisions, studyEvents, runs, waits, progress, events, connectedSites, revoke, clock, log, access,
      identitySources: openIdConnect ? [access, new OpenIdConnect(openIdConnect, clock)] : [access],
      refusals: new Refusals(store, clock),
      onRefused: metrics.countHttpRefusal,
      limits: apiLimits,
      closing: closing.signal,
    });
    const https = await startHttpsServer({ address, authority: folder.authority, hosts, clock, limits: apiLimits }, api);
    return {
      port: https.port,
      [Symbol.asyncDispose]: () => {
        closing.abort();
        return https.close(graceMs);
      },
    };
  }
}
