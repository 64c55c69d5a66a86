import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Server, ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import type { Address } from '../../shared/tls/address.ts';
import { transportOptions } from '../../shared/wire/transport-options.ts';
import { boundedCalls, type BoundedCallParts } from './bounded-call.ts';
import { boundedService } from './bounded-messages.ts';
import { CallGate, callLimits, type CallLimits } from './call-limits.ts';
import { messageBounds } from './message-bounds.ts';
import { widenReceiveWindows } from './receive-windows.ts';
import { bearResetStreams } from './reset-streams.ts';
import type { RenewingCredentials } from './server-credentials.ts';
import { openSitePort } from './site-port.ts';

export interface ServedService {
  readonly definition: ServiceDefinition;
  readonly handlers: UntypedServiceImplementation;
}

export interface RpcServer {
  /** The port that was bound; of use when 0 was asked for. */
  readonly port: number;
  /** Takes no new calls, lets running ones finish for `graceMs`, then cuts them off. */
  close(graceMs: number): Promise<void>;
}

bearResetStreams();
widenReceiveWindows();

/**
 * The one gRPC port of the coordinator: every call within its bounds, every caller within its limits.
 * @throws ConsiliumError `address-unavailable`
 */
export async function startRpcServer(options: {
  address: Address;
  credentials: RenewingCredentials['credentials'];
  services: readonly ServedService[];
  limits?: CallLimits;
  onLimited?: BoundedCallParts['onLimited'];
}): Promise<RpcServer> {
  const { address, credentials, limits = callLimits, onLimited = () => undefined } = options;
  const gate = new CallGate(limits);
  const interceptor = boundedCalls({ gate, bounds: messageBounds, limits, onLimited, port: { callerAt: (end) => port.callerAt(end), cut: (end) => port.cut(end) } });
  const server = new Server({ ...transportOptions, 'grpc.max_concurrent_streams': 100, 'grpc.max_connection_idle_ms': limits.idleMaxMs, interceptors: [interceptor] });
  for (const { definition, handlers } of options.services) server.addService(boundedService(definition, messageBounds), handlers);
  // TLS ends at the port, so that its limits come first; gRPC gets connections whose handshake is done.
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const port = await openSitePort({ address, credentials, limits }, (socket) => injector.injectConnection(socket));
  return {
    port: port.port,
    close: async (graceMs) => {
      port.close();
      const finished = new AbortController();
      const drained = promisify(server.tryShutdown.bind(server))().finally(() => finished.abort());
      await Promise.race([drained, setTimeout(graceMs, undefined, { signal: finished.signal }).catch(() => undefined)]);
      server.forceShutdown(); // also for a connection that was lost without gRPC noticing, which would never drain
    },
  };
}
