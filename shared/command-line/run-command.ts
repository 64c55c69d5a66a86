import { CommanderError, type Command } from 'commander';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { packageVersion } from '../package-version.ts';
import type { CommandIo } from './command-io.ts';
import { reportError, wantsJson } from './report-error.ts';

/**
 * Runs a command line and resolves to its exit code: 0, or the one that the error catalogue documents.
 *
 * The program gets `--version`, the exit codes in its help and `--json` (an action reads it with `command.optsWithGlobals().json`).
 * Whatever an action throws, and every mistake in the arguments, is told on `io.stderr`; it never rejects
 * and never ends the process.
 */
export async function runCommand(program: Command, argv: readonly string[], io: CommandIo): Promise<number> {
  const json = wantsJson(argv);
  program.version(packageVersion(), '--version', 'print the version').option('--json', 'print JSON, one object a line, for scripts').addHelpText('after', exitCodes);
  connect(program, io, json);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return 0;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportError(thrown, argv, io);
    if (thrown.exitCode === 0) return 0;
    const usage = new ConsiliumError('invalid-request', usageProblem(thrown));
    return json ? reportError(usage, argv, io) : usage.entry.exit;
  }
}

const exitCodes = `
Exit codes: 0 done, 1 error inside Consilium or interrupted, 2 wrong input, 3 the other side cannot be reached, 4 refused,
5 not there or not in a state that allows it, 6 an integrity check failed.`;

/** For a script, the one JSON line about a mistake takes the place of Commander's text and help. */
function connect(command: Command, io: CommandIo, json: boolean): void {
  command
    .exitOverride()
    .showHelpAfterError()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => json || io.stderr.write(text),
      getOutHelpWidth: () => io.stdout.columns ?? 80,
      getErrHelpWidth: () => io.stderr.columns ?? 80,
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
  for (const subcommand of command.commands) connect(subcommand, io, json);
}

function usageProblem({ code, message }: CommanderError): string {
  return code === 'commander.help' ? 'It names no command.' : `${message.replace(/^error: /, '')}.`;
}
