import { subscribe } from 'node:diagnostics_channel';
import type { ServerHttp2Stream } from 'node:http2';

/**
 * A caller may reset a stream before anybody looks at it. gRPC refuses other content types and unknown calls without asking whether the
 * stream is still there; what `respond` throws then, in an event of the connection, would end the process.
 */
export function bearResetStreams(): void {
  subscribe('http2.server.stream.created', (message) => {
    const { stream } = message as { stream: ServerHttp2Stream };
    const respond = stream.respond.bind(stream);
    stream.respond = (...reply) => {
      if (!stream.destroyed) respond(...reply);
    };
  });
}
