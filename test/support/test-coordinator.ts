import { join } from 'node:path';
import { RefusedCalls } from '../../coordinator/audit/refused-calls.ts';
import { createInvitation } from '../../coordinator/enrolment/invitation.ts';
import { initCoordinator, type CoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Adapter, type AdapterOptions } from '../../coordinator/rpc/adapter.ts';
import { callLimits, type CallLimits } from '../../coordinator/rpc/call-limits.ts';
import { CallsUnderWay } from '../../coordinator/rpc/calls-under-way.ts';
import { admitAnyone, admitSite } from '../../coordinator/rpc/caller.ts';
import { enrolmentHandlers } from '../../coordinator/rpc/enrolment-handlers.ts';
import { renewingCredentials } from '../../coordinator/rpc/server-credentials.ts';
import { startRpcServer, type ServedService } from '../../coordinator/rpc/server.ts';
import { replacementText, SiteCertificates } from '../../coordinator/sites/site-certificates.ts';
import type { Site } from '../../coordinator/sites/site.ts';
import { Store } from '../../coordinator/store/store.ts';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { formatBundle } from '../../shared/enrolment/bundle.ts';
import { silentLogger, type Logger } from '../../shared/logs/logger.ts';
import type { Address } from '../../shared/tls/address.ts';
import { services } from '../../shared/wire/services.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface TestCoordinator extends AsyncDisposable {
  readonly folder: CoordinatorFolder;
  readonly store: Store;
  readonly address: Address;
  readonly certificates: SiteCertificates;
  readonly calls: CallsUnderWay;
  /** Gives the server another certificate, as it does daily. */
  renewServerCertificate(): Promise<void>;
  /** A bundle for a new site, as text. */
  invite(site: string, options?: { address?: Address; validityMs?: number; replaces?: boolean }): Promise<string>;
}

/** A coordinator with enrolment only, on a free port of the loopback interface, with its state in a temporary folder. */
export async function startTestCoordinator(
  options: { clock?: Clock; hosts?: readonly string[]; services?: (adapter: Adapter<Site>) => readonly ServedService[]; adapterOptions?: AdapterOptions; limits?: Partial<CallLimits>; log?: Logger } = {},
): Promise<TestCoordinator> {
  const { clock = systemClock, hosts = [] } = options;
  await using stack = new AsyncDisposableStack();
  const state = stack.use(temporaryFolder());
  const folder = await initCoordinator(join(state.path, 'coordinator'), { name: 'Test federation', hosts, clock });
  const store = stack.use(await Store.open(folder.databaseFile));
  const credentials = stack.use(await renewingCredentials(folder.authority, hosts, clock, silentLogger));
  const certificates = new SiteCertificates({ store, authority: folder.authority, federation: folder.federation.id, clock });
  const calls = new CallsUnderWay(clock);
  const refusedCalls = stack.use(new RefusedCalls({ store, clock, log: options.log ?? silentLogger, count: () => undefined }));
  const onFailure = refusedCalls.record.bind(refusedCalls);
  const anyone = new Adapter(admitAnyone(certificates), silentLogger, { onFailure });
  const site = new Adapter(admitSite(certificates, calls), silentLogger, { onFailure, ...options.adapterOptions });
  const onReplaced = (name: string) => calls.cutOff(name, replacementText(name));
  const server = await startRpcServer({
    address: { host: '127.0.0.1', port: 0 },
    credentials: credentials.credentials,
    limits: { ...callLimits, ...options.limits },
    onLimited: (caller, path) => refusedCalls.limited(caller.key, path),
    services: [
      { definition: services.enrolment, handlers: enrolmentHandlers({ anyone, site }, { folder, store, clock, certificates, onReplaced }) },
      ...(options.services?.(site) ?? []),
    ],
  });
  stack.defer(() => server.close(0));
  const address = { host: '127.0.0.1', port: server.port };
  const resources = stack.move();
  return {
    folder,
    store,
    address,
    certificates,
    calls,
    renewServerCertificate: credentials.renew,
    invite: async (site, inviteOptions) =>
      formatBundle((await createInvitation(store, clock, { actor: 'operator', site, address, fingerprint: folder.authority.fingerprint, ...inviteOptions })).bundle),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}
