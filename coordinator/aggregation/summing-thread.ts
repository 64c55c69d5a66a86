import { workerData } from 'node:worker_threads';
import { sealContext } from '../../shared/ciphertexts/seal-context.ts';
import { answerQuestions } from '../../shared/threads/answer-questions.ts';
import { StripeSums, type SummedFile, type SumShape } from './stripe-sums.ts';

/** What a thread that sums is asked. */
export type SummingQuestion =
  | { readonly kind: 'fold'; readonly shape: SumShape; readonly contribution: SummedFile; readonly upTo: number }
  | { readonly kind: 'unfold'; readonly shape: SumShape; readonly digest: string }
  | { readonly kind: 'whole'; readonly shape: SumShape; readonly digests: readonly string[] }
  | { readonly kind: 'write'; readonly shape: SumShape; readonly contributions: readonly SummedFile[]; readonly output: string }
  | { readonly kind: 'discard'; readonly sum: string };

const stripes = sealContext().then((sealing) => new StripeSums(sealing, workerData as { thread: number; threads: number }));

answerQuestions(async (question: SummingQuestion): Promise<string[]> => {
  const sums = await stripes;
  switch (question.kind) {
    case 'fold':
      sums.fold(question.shape, question.contribution, question.upTo);
      return [];
    case 'unfold':
      sums.unfold(question.shape, question.digest);
      return [];
    case 'whole':
      return sums.whole(question.shape, question.digests);
    case 'write':
      sums.write(question.shape, question.contributions, question.output);
      return [];
    case 'discard':
      sums.discard(question.sum);
      return [];
  }
});
