import { randomBytes } from 'node:crypto';
import { asConsiliumError, ConsiliumError } from '../errors/consilium-error.ts';
import type { CommandIo } from './command-io.ts';

/**
 * Tells on standard error why the command failed, and returns its exit code.
 *
 * With `--json` among the arguments it is one line, `{"event":"error","code","message","next","problems"}`,
 * with `trace` added for an internal error.
 */
export function reportError(thrown: unknown, argv: readonly string[], io: CommandIo): number {
  const error = withReference(interrupted(thrown, io) ?? asConsiliumError(thrown));
  const trace = error.code === 'internal' ? traceOf(error.cause) : undefined;
  const text = wantsJson(argv)
    ? JSON.stringify({ event: 'error', ...error.toJSON(), trace })
    : [error.forPerson(), ...(trace ?? [])].join('\n');
  io.stderr.write(`${text}\n`);
  return error.entry.exit;
}

/** Whether the command line asks for output that a script reads. */
export function wantsJson(argv: readonly string[]): boolean {
  return argv.includes('--json');
}

/** Platform functions that take the command's signal throw an error of their own when it is aborted. */
function interrupted(thrown: unknown, io: CommandIo): ConsiliumError | undefined {
  const aborted = io.signal.aborted && thrown instanceof Error && thrown.name === 'AbortError';
  return aborted && io.signal.reason instanceof ConsiliumError ? io.signal.reason : undefined;
}

function withReference(error: ConsiliumError): ConsiliumError {
  if (error.code !== 'internal' || error.detail !== '') return error;
  return new ConsiliumError('internal', `Reference ${randomBytes(4).toString('hex')}.`, { cause: error.cause });
}

/**
 * Where an unexpected error came from. Its message is left out, because a parser's may quote a patient row;
 * only the operating system's errors keep theirs.
 */
function traceOf(cause: unknown): string[] {
  if (!(cause instanceof Error)) return [];
  const { syscall } = cause as NodeJS.ErrnoException;
  const head = syscall === undefined ? cause.name : `${cause.name}: ${cause.message}`;
  const frames = (cause.stack ?? '').split('\n').filter((line) => /^ {4}at /.test(line));
  return [head, ...frames];
}
