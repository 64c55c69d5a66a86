import type { Socket } from 'node:net';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Address } from '../../shared/tls/address.ts';
import { connectTcp } from './connection.ts';
import { passProxy, type Proxy } from './proxy-tunnel.ts';
import type { TimeLimit } from './time-limit.ts';

/** How a site gets to its coordinator: directly, or through the proxy that the hospital names. */
export interface Route {
  /** Where the coordinator listens; a proxy resolves the name, so that a site behind one needs no DNS for it. */
  readonly address: Address;
  readonly proxy?: Proxy | undefined;
}

/** Where this machine connects to, and the error that it is when that fails. */
export function firstHop({ address, proxy }: Route): { readonly address: Address; readonly unreachable: ErrorCode } {
  return proxy ? { address: proxy.address, unreachable: 'proxy-unreachable' } : { address, unreachable: 'coordinator-unreachable' };
}

/** A connection to the coordinator that carries bytes as they are. @throws ConsiliumError what `connectTcp` and `passProxy` throw */
export async function openRoute(route: Route, limit: TimeLimit): Promise<Socket> {
  const { address, unreachable } = firstHop(route);
  const socket = await connectTcp(address, limit, unreachable);
  return route.proxy ? passProxy(socket, route.proxy, route.address, limit) : socket;
}
