import { Writable } from 'node:stream';
import type { CommandMain } from '../shared/command-line/command-io.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';

/**
 * Runs a command as a person types it, inside this process: many short commands would otherwise spend their time starting.
 * @returns the JSON that it prints
 * @throws ConsiliumError `program-ended` when it fails
 */
export async function typedCommand(main: CommandMain, program: string, args: readonly string[], signal: AbortSignal): Promise<unknown> {
  const [stdout, stderr] = [new TextStream(), new TextStream()];
  const exitCode = await main([...args, '--json'], { stdin: process.stdin, stdout, stderr, env: process.env, signal });
  if (exitCode !== 0) throw new ConsiliumError('program-ended', `It is ${program} ${args.join(' ')}, which ended with exit code ${exitCode}: ${stderr.text}`);
  return JSON.parse(stdout.text);
}

class TextStream extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}
