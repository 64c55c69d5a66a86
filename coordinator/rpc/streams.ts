import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** The first message of a client stream and an iterator over the rest. @throws invalid-request when nothing comes */
export async function firstAndRest<Message>(messages: AsyncIterable<Message>): Promise<{ first: Message; rest: AsyncIterator<Message> }> {
  const rest = messages[Symbol.asyncIterator]();
  const { value, done } = await rest.next();
  if (done) throw new ConsiliumError('invalid-request', 'The stream ended before its header.');
  return { first: value, rest };
}
