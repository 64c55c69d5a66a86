import { subscribe } from 'node:diagnostics_channel';
import type { ServerHttp2Session, ServerHttp2Stream } from 'node:http2';
import { chunkBytes } from '../../shared/wire/transport-options.ts';

/**
 * What a site may send of an upload before the coordinator has taken any of it (RFC 9113, section 6.9). gRPC for Node lets clients choose
 * it and leaves servers at 64 KiB, with which a line of 50 ms there and back carries 1.3 MB a second, however wide it is. As much may wait
 * in the coordinator's memory for each upload under way.
 */
const streamWindowBytes = 4 * chunkBytes;
/** For all streams of a connection together: an upload leaves room for the small calls beside it. */
const connectionWindowBytes = 2 * streamWindowBytes;

/** Gives every connection to a server of this process wider windows, from its first call on. */
export function widenReceiveWindows(): void {
  const widened = new WeakSet<ServerHttp2Session>();
  subscribe('http2.server.stream.created', (message) => {
    const { session } = (message as { stream: ServerHttp2Stream }).stream;
    if (!session || session.destroyed || widened.has(session as ServerHttp2Session)) return;
    widened.add(session as ServerHttp2Session);
    session.settings({ initialWindowSize: streamWindowBytes });
    session.setLocalWindowSize(connectionWindowBytes);
  });
}
