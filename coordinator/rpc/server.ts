import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Server, type ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { addressUnavailable } from '../../shared/errors/address-unavailable.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import { transportOptions } from '../../shared/wire/transport-options.ts';

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

/** The one gRPC port of the coordinator. @throws ConsiliumError `address-unavailable` */
export async function startRpcServer(options: {
  address: Address;
  credentials: ServerCredentials;
  services: readonly ServedService[];
}): Promise<RpcServer> {
  const server = new Server({ ...transportOptions, 'grpc.max_concurrent_streams': 100 });
  for (const { definition, handlers } of options.services) server.addService(definition, handlers);
  const port = await requireFree(options.address)
    .then(() => promisify(server.bindAsync.bind(server))(formatAddress(options.address), options.credentials))
    .catch((cause: unknown) => {
      throw addressUnavailable('The port for sites', options.address, cause);
    });
  return {
    port,
    close: async (graceMs) => {
      const finished = new AbortController();
      const drained = promisify(server.tryShutdown.bind(server))().finally(() => finished.abort());
      await Promise.race([drained, setTimeout(graceMs, undefined, { signal: finished.signal }).catch(() => undefined)]);
      server.forceShutdown(); // also for a connection that was lost without gRPC noticing, which would never drain
    },
  };
}

/** gRPC writes lines of its own about an address that it cannot have, and does not say why in a form that can be read. */
async function requireFree(address: Address): Promise<void> {
  const probe = createServer().listen(address.port, address.host);
  await once(probe, 'listening');
  const closed = once(probe, 'close');
  probe.close();
  await closed;
}
