import { parseAddress } from '../../shared/tls/address.ts';
import type { Proxy } from './proxy-tunnel.ts';

const standardPorts: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

/** Reads `http://host:port` or `https://host:port`. @returns what is wrong with it, when something is */
export function parseProxyUrl(text: string): Pick<Proxy, 'address' | 'tls'> | string {
  if (!URL.canParse(text)) return 'is not an address http://host:port';
  const { protocol, hostname, port, username, password, pathname, search, hash } = new URL(text);
  const standardPort = standardPorts[protocol];
  if (standardPort === undefined) return 'does not begin with http:// or https://';
  if (username !== '' || password !== '') return 'holds a login; write it into a file of its own and name that as network.proxy.loginFile';
  const address = parseAddress(`${hostname}:${port === '' ? standardPort : port}`);
  if (!address || (pathname !== '/' && pathname !== '') || search !== '' || hash !== '') return 'is not an address http://host:port';
  return { address, tls: protocol === 'https:' };
}
