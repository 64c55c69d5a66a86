import type { Socket } from 'node:net';
import { ChannelCredentials } from '@grpc/grpc-js';

type ConnectorParts = Parameters<ChannelCredentials['_createSecureConnector']>;
export type SecureConnector = ReturnType<ChannelCredentials['_createSecureConnector']>;
export type SecureConnection = Awaited<ReturnType<SecureConnector['connect']>>;

/**
 * gRPC's TLS credentials with a say in what lies between the socket that gRPC dialled and its TLS. gRPC's own way through
 * a proxy reads environment variables, speaks plain HTTP to it and tells nobody why it is refused.
 */
export class ConnectorCredentials extends ChannelCredentials {
  readonly #tls: ChannelCredentials;
  readonly #connect: (socket: Socket, tls: SecureConnector) => Promise<SecureConnection>;

  constructor(tls: ChannelCredentials, connect: (socket: Socket, tls: SecureConnector) => Promise<SecureConnection>) {
    super();
    this.#tls = tls;
    this.#connect = connect;
  }

  override _isSecure(): boolean {
    return this.#tls._isSecure();
  }

  override _equals(other: ChannelCredentials): boolean {
    return this === other;
  }

  override _createSecureConnector(...parts: ConnectorParts): SecureConnector {
    const tls = this.#tls._createSecureConnector(...parts);
    return {
      connect: (socket) => this.#connect(socket, tls),
      waitForReady: () => tls.waitForReady(),
      getCallCredentials: () => tls.getCallCredentials(),
      destroy: () => tls.destroy(),
    };
  }
}
