import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { ConsiliumError } from '../errors/consilium-error.ts';

/** The part of the Fetch standard that libraries ask for. */
export type HttpsFetch = (url: string, init: RequestInit) => Promise<Response>;

/** Documents of an issuer are some kilobytes. */
const replyMaxBytes = 1024 * 1024;

/**
 * `fetch` over TLS only, with an authority of one's own, which the platform's cannot have. Redirects are not followed.
 *
 * @param certificateAuthority PEM; trusted in place of the machine's own authorities
 * @param timeoutMs for the whole exchange
 * @throws ConsiliumError `issuer-unreachable`, when there is no reply
 */
export function httpsFetch({ certificateAuthority, timeoutMs }: { certificateAuthority?: string; timeoutMs: number }): HttpsFetch {
  return async (url, init) => {
    const { method, headers, body, signal } = new Request(url, init);
    const sent = body ? Buffer.from(await new Response(body).arrayBuffer()) : undefined;
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const request = httpsRequest(url, { method, headers: Object.fromEntries(headers), ca: certificateAuthority, signal: AbortSignal.any([signal, limit]) });
      request.end(sent);
      const [reply] = (await once(request, 'response')) as [IncomingMessage];
      return await received(reply);
    } catch (cause) {
      if (signal.aborted) throw cause;
      const { code = 'no reply' } = cause as NodeJS.ErrnoException;
      throw new ConsiliumError('issuer-unreachable', `${new URL(url).origin} (${limit.aborted ? 'no reply in time' : code}).`, { cause });
    }
  };
}

async function received(reply: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of reply as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > replyMaxBytes) throw new Error('The reply is too large.');
    chunks.push(chunk);
  }
  const headers = Object.entries(reply.headersDistinct).flatMap(([name, values = []]) => values.map((value): [string, string] => [name, value]));
  return new Response(bytes === 0 ? null : Buffer.concat(chunks), { status: reply.statusCode, headers });
}
