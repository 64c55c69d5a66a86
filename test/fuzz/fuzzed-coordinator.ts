import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';

/** How a process is. Sizes in bytes. */
export interface Vitals {
  readonly rss: number;
  readonly heapUsed: number;
  readonly external: number;
  /** What it has open, by kind. */
  readonly handles: Readonly<Record<string, number>>;
  /** Of the event loop, since it was asked last. */
  readonly delayP99Ms: number;
}

export interface FuzzedCoordinator extends AsyncDisposable {
  readonly sitePort: number;
  readonly httpPort: number;
  readonly operationsUrl: string;
  /** Its exit code, or the signal that ended it, once it has ended. */
  readonly ended: Promise<number | string>;
  /** @param settled after all garbage is collected, so that what is in use is all that is left */
  vitals(settled?: boolean): Promise<Vitals>;
}

/** Starts the coordinator of a folder as a process of its own. @param logFile gets what it logs as errors, and what it says when it crashes */
export async function startFuzzedCoordinator(folder: string, logFile: string): Promise<FuzzedCoordinator> {
  const child = fork(join(import.meta.dirname, 'coordinator-process.ts'), [folder], { execArgv: ['--expose-gc'], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const log = createWriteStream(logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });
  child.stderr?.pipe(log, { end: false });
  const exited = once(child, 'exit');
  const ended = exited.then(([code, signal]) => (code ?? signal) as number | string);
  const answer = async () =>
    (await Promise.race([once(child, 'message'), ended.then((how) => Promise.reject(new Error(`The coordinator ended with ${how}; its log is ${logFile}.`)))])) as [unknown];
  const [ready] = (await answer()) as [Pick<FuzzedCoordinator, 'sitePort' | 'httpPort' | 'operationsUrl'>];
  return {
    ...ready,
    ended,
    vitals: async (settled = false) => {
      const answered = answer();
      child.send(settled ? 'settled vitals' : 'vitals');
      return ((await answered) as [Vitals])[0];
    },
    [Symbol.asyncDispose]: async () => {
      if (child.connected) child.send('stop');
      await exited;
      log.end();
    },
  };
}
