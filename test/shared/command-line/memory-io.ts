import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { CommandIo, OutputStream } from '../../../shared/command-line/command-io.ts';

export interface MemoryIo extends CommandIo {
  /** What was written; ends the streams. */
  output(): Promise<{ stdout: string; stderr: string }>;
}

/** The streams of a command, kept in memory. */
export function memoryIo(options: { signal?: AbortSignal; terminalColumns?: number } = {}): MemoryIo {
  const stdout = memoryStream(options.terminalColumns);
  const stderr = memoryStream(options.terminalColumns);
  return {
    stdin: new PassThrough(),
    stdout,
    stderr,
    env: {},
    signal: options.signal ?? new AbortController().signal,
    output: async () => ({ stdout: await text(stdout.end()), stderr: await text(stderr.end()) }),
  };
}

function memoryStream(terminalColumns: number | undefined): PassThrough & OutputStream {
  const stream = new PassThrough();
  return terminalColumns === undefined ? stream : Object.assign(stream, { isTTY: true, columns: terminalColumns });
}
