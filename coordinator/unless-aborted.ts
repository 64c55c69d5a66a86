/**
 * The outcome of `work`, or the signal's reason once it is aborted; `work` itself goes on.
 *
 * A race against one promise that stays pending would keep what every race before it was won with, such as all pieces of an upload.
 */
export function unlessAborted<Result>(signal: AbortSignal, work: Promise<Result>): Promise<Result> {
  const { promise, resolve, reject } = Promise.withResolvers<Result>();
  const stop = () => reject(signal.reason as Error);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  work.then(resolve, reject);
  return promise.finally(() => signal.removeEventListener('abort', stop));
}
