import { setDefaultHighWaterMark } from 'node:stream';

/** Messages of a call that wait to be read or to be sent: the one that is next, and one that is on its way. */
const waitingMessages = 2;

/**
 * Messages wait in streams of objects, of which Node lets 16 pile up by default: for pieces of payloads that is 4 MiB for each call, much
 * of a coordinator's memory when many sites upload at the same time. Has to come before such a stream is made.
 */
export function shortenMessageQueues(): void {
  setDefaultHighWaterMark(true, waitingMessages);
}
