import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** @throws ConsiliumError `cancelled` */
export function requireNotCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new ConsiliumError('cancelled', '', { cause: signal.reason });
}

/** The outcome of `work`, or `late` when time is up, or `cancelled` when the signal is aborted. `work` itself goes on. */
export async function withinTime<Value>(work: Promise<Value>, { signal, timeoutMs }: TimeLimit, late: ConsiliumError): Promise<Value> {
  requireNotCancelled(signal);
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = () => reject(new ConsiliumError('cancelled', '', { cause: signal.reason }));
  signal.addEventListener('abort', cancel);
  const timer = setTimeout(() => reject(late), timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}
