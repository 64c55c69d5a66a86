import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

export interface ServerEvent {
  readonly event: string;
  /** The JSON behind it. */
  readonly data: unknown;
}

/** Server-sent events (WHATWG HTML, section 9.2.6), as far as the coordinator uses them. Throws when the connection breaks. */
export async function* readServerEvents(stream: Readable): AsyncGenerator<ServerEvent> {
  let event = 'message';
  let data = '';
  let broken: unknown;
  stream.once('error', (error) => (broken = error));
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
    else if (line === '' && data !== '') {
      yield { event, data: JSON.parse(data) as unknown };
      event = 'message';
      data = '';
    }
  }
  if (broken !== undefined) throw broken;
}
