import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { TrainingEngine } from './training-engine.ts';
import type { TrainerFailure } from './trainer-messages.ts';

/**
 * What may be told of an error. Messages of TensorFlow.js stay in the process, because some quote the data, such as
 * an index that an embedding does not know; only those about kernels are read.
 */
export function trainerFailure(error: unknown, engine: TrainingEngine | undefined): TrainerFailure {
  const stack = stackWithoutMessage(error);
  if (error instanceof ConsiliumError) return { code: error.code, detail: error.detail, stack: stack + causeOf(error) };
  return { code: 'training-failed', detail: publicDetail(error, engine?.name ?? 'training'), stack };
}

function publicDetail(error: unknown, engineName: string): string {
  const message = error instanceof Error ? error.message : '';
  const kernel = /Cannot find registered kernel '(\w+)'/.exec(message) ?? /gradient function not found for (\w+)/.exec(message);
  if (kernel) return `The ${engineName} engine cannot compute ${kernel[1]}, which the model needs; use another layer or another engine.`;
  if (/index value|^indices\[.* is not in \[0, /.test(message)) return 'An embedding was given an index that is outside of its table.';
  return `The ${engineName} engine could not compute the model.`;
}

function stackWithoutMessage(error: unknown): string {
  const lines = error instanceof Error ? (error.stack ?? '').split('\n') : [];
  return [error instanceof Error ? error.name : typeof error, ...lines.filter((line) => /^\s+at /.test(line))].join('\n');
}

/** The cause of an engine that does not load says why, and is older than any data. */
function causeOf(error: ConsiliumError): string {
  return error.code === 'engine-unavailable' && error.cause instanceof Error ? `\n${error.cause.message}` : '';
}
