import { isIP, type Socket } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import { Client, connectivityState, credentials } from '@grpc/grpc-js';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { formatAddress } from '../../shared/tls/address.ts';
import { keepAliveOptions, transportOptions } from '../../shared/wire/transport-options.ts';
import type { ChannelIdentity } from './channel-identity.ts';
import { ConnectorCredentials, type SecureConnection, type SecureConnector } from './connector-credentials.ts';
import { PacedSocket, type Pace } from './paced-socket.ts';
import { passProxy } from './proxy-tunnel.ts';
import { firstHop } from './route.ts';
import { withinTime } from './time-limit.ts';
import type { TokenBucket } from './token-bucket.ts';

/** For proxy and TLS together. */
const handshakeTimeoutMs = 20_000;

/**
 * The one TCP connection of a site, with gRPC on it. gRPC dials the first hop when a call asks for it; the proxy's tunnel
 * comes between its socket and its TLS. After a failed attempt this object is of no use any more: gRPC would go on dialling
 * at fixed intervals, and how long to wait is the caller's to say.
 */
export class GrpcConnection implements Disposable {
  readonly client: Client;
  /** Why there is no connection, as far as it is known here. */
  failure: ConsiliumError | undefined;
  readonly #closing = new AbortController();

  constructor(identity: ChannelIdentity, pace: Pace) {
    const { address, authority, client, keepAliveMs } = identity;
    const pem = (text: string | undefined) => (text === undefined ? null : Buffer.from(text));
    const tls = credentials.createSsl(pem(authority), pem(client?.privateKey), pem(client?.certificate), {
      checkServerIdentity: (_name, certificate) => checkServerIdentity(address.host, certificate),
    });
    this.client = new Client(formatAddress(firstHop(identity).address), new ConnectorCredentials(tls, (socket, connector) => this.#secured(socket, identity, pace, connector)), {
      ...transportOptions,
      ...(keepAliveMs !== undefined && keepAliveOptions(keepAliveMs)),
      ...(pace.download && { 'grpc-node.flow_control_window': windowBytes(pace.download) }),
      'grpc.default_authority': formatAddress(address),
      'grpc.ssl_target_name_override': isIP(address.host) ? 'localhost' : address.host, // TLS names a server by DNS names only (RFC 6066)
      'grpc.enable_http_proxy': 0,
      'grpc.service_config_disable_resolution': 1,
      'grpc.use_local_subchannel_pool': 1,
      'grpc.initial_reconnect_backoff_ms': handshakeTimeoutMs,
      'grpc.max_reconnect_backoff_ms': handshakeTimeoutMs,
    });
  }

  /** Whether there is a connection, or there was one and it was lost; otherwise the attempt to make one failed or hangs. */
  get cameAbout(): boolean {
    const state = this.client.getChannel().getConnectivityState(false);
    return state !== connectivityState.TRANSIENT_FAILURE && state !== connectivityState.CONNECTING;
  }

  /** Calls under way end on it. */
  [Symbol.dispose](): void {
    this.#closing.abort();
    this.client.close();
  }

  async #secured(socket: Socket, { address, proxy }: ChannelIdentity, pace: Pace, tls: SecureConnector): Promise<SecureConnection> {
    const limit = { signal: this.#closing.signal, timeoutMs: handshakeTimeoutMs };
    try {
      const open = proxy ? await passProxy(socket, proxy, address, limit) : socket;
      const paced = pace.upload || pace.download ? new PacedSocket(open, pace) : open;
      const late = new ConsiliumError('coordinator-unreachable', `${formatAddress(address)} does not finish the TLS handshake in time.`);
      return await withinTime(tls.connect(paced as Socket), limit, late); // TLS takes any stream of bytes; gRPC's type is narrower
    } catch (error) {
      if (error instanceof ConsiliumError) this.failure = error;
      socket.destroy();
      throw error;
    }
  }
}

/** HTTP/2's own, below which Node does not go. */
const smallestWindowBytes = 65_535;

/** What the coordinator may send ahead: a second's worth, so that the answer to a ping does not stand behind more. */
function windowBytes({ bytesPerSecond }: TokenBucket): number {
  return Math.min(Math.max(bytesPerSecond, smallestWindowBytes), transportOptions['grpc-node.flow_control_window'] as number);
}
