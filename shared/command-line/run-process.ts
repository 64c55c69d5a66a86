import { boundYoungGeneration, collectBuffersAsHeap } from './garbage-collection.ts';
import type { CommandIo, CommandMain } from './command-io.ts';
import { interruptionSignal } from './interruption.ts';
import { shortenMessageQueues } from './message-queues.ts';
import { reportError } from './report-error.ts';

/** Runs a command as this process: its streams, signals and exit code are the process's own. */
export async function runProcess(main: CommandMain): Promise<void> {
  collectBuffersAsHeap();
  boundYoungGeneration();
  shortenMessageQueues();
  const argv = process.argv.slice(2);
  const io: CommandIo = { stdin: process.stdin, stdout: process.stdout, stderr: process.stderr, env: process.env, signal: interruptionSignal() };

  // An error that no promise carries leaves the process in an unknown state; what was acknowledged is durable.
  process.on('uncaughtException', (thrown) => process.exit(reportError(thrown, argv, io)));
  // The reader of a pipe may have read enough, as in `consilium run show | head`.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  process.exitCode = await main(argv, io);
}
