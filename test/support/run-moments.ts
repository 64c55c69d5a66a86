import type { Federation } from './federation.ts';

/**
 * The next event of this name.
 * @param atOnce called before the coordinator does anything else
 */
export function happens({ coordinator }: Pick<Federation, 'coordinator'>, moment: string, atOnce: () => void = () => undefined): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const subscription = coordinator.events.listen(({ event }) => {
    if (event !== moment) return;
    subscription[Symbol.dispose]();
    atOnce();
    setImmediate(resolve);
  });
  return promise;
}
