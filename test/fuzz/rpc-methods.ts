import type { MethodDefinition } from '@grpc/proto-loader';
import { services } from '../../shared/wire/services.ts';

export type RpcMethod = MethodDefinition<object, object>;

/** Every call on the wire, by its HTTP/2 path. */
export const rpcMethods: ReadonlyMap<string, RpcMethod> = new Map(
  Object.values(services).flatMap((service) => Object.values(service as unknown as Record<string, RpcMethod>).map((method) => [method.path, method] as const)),
);
