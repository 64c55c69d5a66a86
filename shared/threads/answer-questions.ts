import { inspect } from 'node:util';
import { parentPort, type Transferable } from 'node:worker_threads';
import { storageFailure } from '../errors/storage-failure.ts';
import { asConsiliumError } from '../errors/consilium-error.ts';
import type { ThreadAnswer, ThreadFailure, ThreadQuestion } from './thread-messages.ts';

/**
 * The thread's side of a WorkerThread: answers what it is asked, in the order in which it is asked.
 * @param transfer what of an answer goes over for good instead of being copied
 */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Answer | Promise<Answer>, transfer: (answer: Answer) => Transferable[] = () => []): void {
  let last: Promise<void> = Promise.resolve();
  parentPort?.on('message', ({ number, question }: ThreadQuestion<Question>) => {
    last = last.then(async () => {
      try {
        const given = await answer(question);
        parentPort?.postMessage({ number, answer: given } satisfies ThreadAnswer<Answer>, transfer(given));
      } catch (thrown) {
        parentPort?.postMessage({ number, failure: failureOf(thrown) } satisfies ThreadAnswer<Answer>);
      }
    });
  });
}

function failureOf(thrown: unknown): ThreadFailure {
  const { code, detail } = storageFailure(thrown) ?? asConsiliumError(thrown);
  return { code, detail, cause: inspect(thrown) };
}
