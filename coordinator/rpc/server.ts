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
      const timer = setTimeout(() => server.forceShutdown(), graceMs);
      await promisify(server.tryShutdown.bind(server))();
      clearTimeout(timer);
    },
  };
}
