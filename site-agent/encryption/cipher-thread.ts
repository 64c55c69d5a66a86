import type { Transferable } from 'node:worker_threads';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { LaneWidth } from '../../shared/layouts/lane-packing.ts';
import { answerQuestions } from '../../shared/threads/answer-questions.ts';
import { CipherJob, type EncryptedBlock, type SumFile } from './cipher-job.ts';
import { GroupKey } from './group-key.ts';

/** What a cipher thread is asked. A job's key is in the thread as long as the job. */
export type CipherQuestion =
  | { readonly kind: 'begin'; readonly job: string; readonly secret: Uint8Array; readonly context: Uint8Array }
  | { readonly kind: 'encrypt'; readonly job: string; readonly lanes: Uint32Array; readonly width: LaneWidth; readonly first: number }
  | { readonly kind: 'weigh'; readonly job: string; readonly sum: SumFile; readonly first: number }
  | { readonly kind: 'decrypt'; readonly job: string; readonly sum: SumFile; readonly first: number }
  | { readonly kind: 'end'; readonly job: string };

export type CipherAnswer = EncryptedBlock | bigint | Uint32Array | undefined;

const jobs = new Map<string, { readonly key: GroupKey; readonly job: CipherJob }>();

answerQuestions(answer, movable);

async function answer(question: CipherQuestion): Promise<CipherAnswer> {
  switch (question.kind) {
    case 'begin':
      return begin(question.job, question.secret, question.context);
    case 'encrypt':
      return jobOf(question.job).encrypt(question.lanes, question.width, question.first);
    case 'weigh':
      return jobOf(question.job).weigh(question.sum, question.first);
    case 'decrypt':
      return jobOf(question.job).decrypt(question.sum, question.first);
    case 'end':
      jobs.get(question.job)?.key[Symbol.dispose]();
      jobs.delete(question.job);
      return undefined;
  }
}

async function begin(name: string, secret: Uint8Array, context: Uint8Array): Promise<undefined> {
  try {
    const key = await GroupKey.load(secret);
    jobs.set(name, { key, job: new CipherJob(key, context) });
  } finally {
    secret.fill(0);
  }
}

function jobOf(name: string): CipherJob {
  const known = jobs.get(name);
  if (!known) throw new ConsiliumError('internal', 'The thread does not know the job.');
  return known.job;
}

function movable(answer: CipherAnswer): Transferable[] {
  if (answer instanceof Uint32Array) return [answer.buffer as ArrayBuffer];
  return typeof answer === 'object' ? [answer.ciphertexts.buffer as ArrayBuffer] : [];
}
