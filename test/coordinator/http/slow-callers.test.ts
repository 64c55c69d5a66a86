import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { expect } from 'chai';
import { startApiCoordinator, type ApiCoordinator } from '../../support/api-coordinator.ts';

const unfinished: readonly [what: string, sent: string][] = [
  ['its headers', 'GET /api/v1/runs HTTP/1.1\r\nHost: here\r\n'],
  ['its body', 'POST /api/v1/studies HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{'],
];

describe('a caller of the HTTP API', () => {
  let api: ApiCoordinator;
  before(async () => {
    api = await startApiCoordinator({ limits: { handshakeMaxMs: 200, headersMaxMs: 200, requestMaxMs: 400, silenceMaxMs: 2_000, connections: 8 } });
  });
  after(() => api?.[Symbol.asyncDispose]());

  const port = () => Number(new URL(api.connection.url).port);
  /** Over TLS, as any caller. */
  const connected = async () => {
    const socket = connectTls({ port: port(), host: '127.0.0.1', ca: api.connection.certificateAuthority });
    await once(socket, 'secureConnect');
    return watched(socket);
  };
  const expectOthersAreServed = async () => expect((await api.send('/runs')).status).to.equal(200);

  it('that never begins its handshake is cut off', async () => {
    await closed(watched(connectTcp(port(), '127.0.0.1')));
    await expectOthersAreServed();
  });

  for (const [what, sent] of unfinished) {
    it(`that never finishes ${what} is cut off, whatever it sends meanwhile`, async () => {
      const socket = await connected();
      socket.write(sent);
      const trickle = setInterval(() => socket.write('X-A: b\r\n'), 50);
      try {
        await closed(socket);
      } finally {
        clearInterval(trickle);
      }
      await expectOthersAreServed();
    });
  }

  it('that asks for nothing is cut off', async () => {
    await closed(await connected());
  });

  it('takes no more connections than there are, and the next one is served once some are gone', async () => {
    const sockets = await Promise.all(Array.from({ length: 7 }, connected));
    const oneTooMany = Array.from({ length: 4 }, () => watched(connectTcp(port(), '127.0.0.1')));
    await Promise.all(oneTooMany.map(closed));
    for (const socket of sockets) socket.destroy();
    await expectOthersAreServed();
  });
});

function watched<End extends Socket>(socket: End): End {
  socket.on('error', () => undefined);
  socket.resume();
  return socket;
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await once(socket, 'close');
}
