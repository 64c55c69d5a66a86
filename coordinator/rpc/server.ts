import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Server, type ServerCredentials, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
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

/** The one gRPC port of the coordinator. @throws ConsiliumError `invalid-settings` when the port cannot be bound */
export async function startRpcServer(options: {
  address: Address;
  credentials: ServerCredentials;
  services: readonly ServedService[];
}): Promise<RpcServer> {
  const server = new Server({ ...transportOptions, 'grpc.max_concurrent_streams': 100 });
  for (const { definition, handlers } of options.services) server.addService(definition, handlers);
  const port = await promisify(server.bindAsync.bind(server))(formatAddress(options.address), options.credentials).catch((cause: unknown) => {
    throw new ConsiliumError('invalid-settings', `The coordinator cannot listen on ${formatAddress(options.address)}.`, { cause });
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
