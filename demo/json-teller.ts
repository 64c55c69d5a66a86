import type { OutputStream } from '../shared/command-line/command-io.ts';
import type { DemoEvent, DemoTeller } from './demo-event.ts';

/** Tells a script: one JSON object a line. */
export function jsonTeller(stdout: OutputStream): DemoTeller {
  return {
    progress: () => {},
    tell: (event: DemoEvent) => stdout.write(`${JSON.stringify(event)}\n`),
    keepRunning: () => {},
    [Symbol.dispose]: () => {},
  };
}
