import type { Command } from 'commander';
import type { CommandIo, OutputStream } from './command-io.ts';

/** Writes what a command found out: one line of JSON for a script, or text for a person. */
export function writeResult(command: Command, io: CommandIo, result: object, forPerson: (stdout: OutputStream) => void): void {
  if (command.optsWithGlobals<{ json?: boolean }>().json) io.stdout.write(`${JSON.stringify(result)}\n`);
  else forPerson(io.stdout);
}
