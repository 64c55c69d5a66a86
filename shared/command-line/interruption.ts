import { constants } from 'node:os';
import { ConsiliumError } from '../errors/consilium-error.ts';

/**
 * One Ctrl-C arrives more than once where npm or the launcher of the pinned Node passes it on, since the
 * terminal sends it to every process as well. Signals closer together than this count as one.
 */
const sameKeystrokeMs = 300;

/**
 * Aborted by the first SIGINT or SIGTERM, for as long as the process lives. The second ends the process at
 * once, with exit code 128 + its number.
 */
export function interruptionSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAtMs: number | undefined;

  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      const nowMs = performance.now();
      if (firstAtMs === undefined) {
        firstAtMs = nowMs;
        controller.abort(new ConsiliumError('cancelled', `It received ${name}.`));
      } else if (nowMs - firstAtMs > sameKeystrokeMs) {
        process.exit(128 + constants.signals[name]);
      }
    });
  }
  return controller.signal;
}
