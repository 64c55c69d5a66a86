import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connect as connectTls, getCACertificates } from 'node:tls';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress, type Address } from '../../shared/tls/address.ts';
import { withinTime, type TimeLimit } from './time-limit.ts';

/** The HTTP proxy through which a hospital lets connections out. */
export interface Proxy {
  readonly address: Address;
  /** Whether the proxy itself is spoken to over TLS; only then is a login hidden from the hospital's network. */
  readonly tls: boolean;
  /** `user:password` for Basic authentication (RFC 7617). */
  readonly login?: string | undefined;
  /**
   * PEM certificates that may vouch for the proxy, beside those that the machine trusts. They never vouch for the
   * coordinator: it is known by the federation's own authority, inside the tunnel.
   */
  readonly authorities: readonly string[];
}

/**
 * Asks a proxy for a tunnel (CONNECT, RFC 9110 section 9.3.6). What goes through it is the same TLS connection as without a
 * proxy, so that the proxy reads nothing and can stand for nobody.
 *
 * @param socket connected to the proxy; destroyed when there is no tunnel
 * @throws ConsiliumError `proxy-unreachable`, `proxy-certificate-refused`, `proxy-login-needed`, `proxy-login-refused`,
 *   `proxy-forbids`, `coordinator-unreachable` when it is the proxy that does not reach it, `cancelled`
 */
export async function passProxy(socket: Socket, proxy: Proxy, target: Address, limit: TimeLimit): Promise<Socket> {
  try {
    const toProxy = proxy.tls ? await secured(socket, proxy, limit) : socket;
    return await tunnel(toProxy, proxy, target, limit);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** TLS to the proxy itself. @throws ConsiliumError `proxy-certificate-refused`, `proxy-unreachable`, `cancelled` */
export async function secured(socket: Socket, { address, authorities }: Proxy, limit: TimeLimit): Promise<Socket> {
  const secure = connectTls({
    socket,
    ca: [...getCACertificates('default'), ...authorities],
    ALPNProtocols: ['http/1.1'],
    rejectUnauthorized: false, // but below, where the certificate can still be named; nothing is sent before
    ...(isIP(address.host) ? { host: address.host } : { servername: address.host }),
  });
  secure.on('error', () => undefined); // `once` reports the first; what comes later ends the connection anyway
  try {
    await withinTime(once(secure, 'secureConnect'), limit, unreachable(address, 'does not finish the TLS handshake in time'));
  } catch (cause) {
    throw cause instanceof ConsiliumError ? cause : unreachable(address, 'does not speak TLS; if it is a plain proxy, its address begins with http://', cause);
  }
  if (secure.authorized) return secure;
  const issuer = secure.getPeerX509Certificate()?.issuer.replaceAll('\n', ', ') ?? 'nobody';
  throw new ConsiliumError('proxy-certificate-refused', `${formatAddress(address)} shows a certificate from "${issuer}" (${String(secure.authorizationError)}).`);
}

async function tunnel(socket: Socket, { address, login }: Proxy, target: Address, limit: TimeLimit): Promise<Socket> {
  const path = formatAddress(target);
  const authorisation = login === undefined ? {} : { 'Proxy-Authorization': `Basic ${Buffer.from(login, 'utf8').toString('base64')}` };
  const asking = request({ method: 'CONNECT', path, headers: { Host: path, ...authorisation }, createConnection: () => socket });
  asking.on('error', () => undefined);
  const answered = once(asking, 'connect') as Promise<[IncomingMessage, Socket, Buffer]>;
  asking.end();
  let answer: [IncomingMessage, Socket, Buffer];
  try {
    answer = await withinTime(answered, limit, unreachable(address, 'does not answer; it may not be a proxy'));
  } catch (cause) {
    asking.destroy();
    throw cause instanceof ConsiliumError ? cause : unreachable(address, 'does not answer as an HTTP proxy does', cause);
  }
  const [reply, connected, head] = answer;
  const refusal = refusalOf(reply, address, path, login);
  if (refusal) throw refusal;
  if (head.length > 0) connected.unshift(head);
  return connected;
}

function refusalOf({ statusCode = 0, headers }: IncomingMessage, proxy: Address, target: string, login: string | undefined): ConsiliumError | undefined {
  const at = formatAddress(proxy);
  if (statusCode >= 200 && statusCode < 300) return undefined;
  if (statusCode === 407) {
    const offered = [headers['proxy-authenticate'] ?? []].flat().join(', ').matchAll(/(?:^|,\s*)([A-Za-z]+)(?=\s|,|$)/g);
    const schemes = [...new Set([...offered].map(([, scheme]) => scheme as string))].filter((scheme) => knownSchemes.has(scheme.toLowerCase()));
    const offers = schemes.length > 0 ? ` ${at} offers ${schemes.join(', ')}.` : '';
    if (schemes.length > 0 && !schemes.some((scheme) => scheme.toLowerCase() === 'basic')) return new ConsiliumError('proxy-login-needed', `${at} offers ${schemes.join(', ')}, and Consilium can log in with Basic only.`);
    return new ConsiliumError(login === undefined ? 'proxy-login-needed' : 'proxy-login-refused', offers.trim());
  }
  if (statusCode >= 500) return new ConsiliumError('coordinator-unreachable', `The proxy ${at} does not reach ${target} (it answers ${statusCode}).`);
  return new ConsiliumError('proxy-forbids', `${at} answers ${statusCode} when asked for ${target}.`);
}

/** Of the IANA registry, those that proxies offer. */
const knownSchemes: ReadonlySet<string> = new Set(['basic', 'digest', 'negotiate', 'ntlm', 'bearer', 'kerberos']);

function unreachable(address: Address, what: string, cause?: unknown): ConsiliumError {
  return new ConsiliumError('proxy-unreachable', `${formatAddress(address)} ${what}.`, { cause });
}
