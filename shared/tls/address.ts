import { isIP } from 'node:net';

/** Where a coordinator listens. */
export interface Address {
  /** A DNS name, an IPv4 address, or an IPv6 address without brackets. */
  readonly host: string;
  readonly port: number;
}

const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\.?$/i;

/**
 * Reads `host:port` or `[ipv6]:port`; nothing when the text is neither.
 *
 * @param lowestPort 0 for an address to listen on, where it means any free port
 */
export function parseAddress(text: string, lowestPort: 0 | 1 = 1): Address | undefined {
  const match = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text);
  if (!match) return undefined;
  const [, ipv6, name, digits] = match;
  const port = Number(digits);
  if (port < lowestPort || port > 65_535) return undefined;
  if (ipv6 !== undefined) return isIP(ipv6) === 6 ? { host: ipv6, port } : undefined;
  return name !== undefined && hostName.test(name) ? { host: name, port } : undefined;
}

export function formatAddress({ host, port }: Address): string {
  return isIP(host) === 6 ? `[${host}]:${port}` : `${host}:${port}`;
}
