import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { expiryText } from '../sites/site-certificates.ts';
import type { Site } from '../sites/site.ts';

/** A call of a site, until it is disposed of. */
export interface CallUnderWay extends Disposable {
  /** Aborted with `certificate-refused` when the site loses its place or its certificate expires. */
  readonly signal: AbortSignal;
}

const timerMaxMs = 2 ** 31 - 1;

/** The calls that sites have open, so that one whose certificate is good no more is cut off at once, not at its next call. */
export class CallsUnderWay {
  readonly #clock: Clock;
  readonly #bySite = new Map<string, Set<AbortController>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @param site with the certificate that the call shows */
  begin(site: Site): CallUnderWay {
    const cut = new AbortController();
    const calls = this.#bySite.get(site.name) ?? new Set();
    this.#bySite.set(site.name, calls.add(cut));
    let timer: NodeJS.Timeout | undefined;
    const awaitExpiry = (): void => {
      const leftMs = site.certificateExpiresAtMs - this.#clock.nowMs();
      if (leftMs <= 0) cut.abort(new ConsiliumError('certificate-refused', expiryText(site)));
      else timer = setTimeout(awaitExpiry, Math.min(leftMs, timerMaxMs)).unref();
    };
    awaitExpiry();
    return {
      signal: cut.signal,
      [Symbol.dispose]: () => {
        clearTimeout(timer);
        calls.delete(cut);
        if (calls.size === 0 && this.#bySite.get(site.name) === calls) this.#bySite.delete(site.name);
      },
    };
  }

  /** Ends all calls of the site that are under way. @param why what the site is told */
  cutOff(site: string, why: string): void {
    for (const cut of this.#bySite.get(site) ?? []) cut.abort(new ConsiliumError('certificate-refused', why));
  }
}
