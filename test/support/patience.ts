/**
 * How long a test waits for what must come: long enough for the slowest machine, as it only ends what hangs. Shorter than the
 * limit of a test in .mocharc.json, so that the failure names what did not come.
 */
const patienceMs = 240_000;

export function patience(): AbortSignal {
  return AbortSignal.timeout(patienceMs);
}
