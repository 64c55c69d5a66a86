import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** How much larger than after the last collection of garbage the memory may get before the next, in percent. */
const growthPercent = 50;

/** Both halves of the space that new objects are made in. */
const youngMaxBytes = 2 ** 26;

/**
 * Makes V8 count buffers as it counts all other memory. By itself it marks the whole heap for every 64 MiB of new buffers, which is a few
 * copies of a model: more than a third of the processor time of a round of 3.49 million parameters. Has to come before the memory is used.
 */
export function collectBuffersAsHeap(): void {
  setFlagsFromString('--external-memory-accounted-in-global-limit');
  setFlagsFromString(`--heap-growing-percent=${growthPercent}`);
}

/**
 * Ends the growth of the space for new objects at 64 MiB. V8 doubles it whenever much of it is still in use, as with the calls of many sites
 * at once, and never makes it smaller. Its limit can only be given where a process is started; whether it grows is asked each time.
 */
export function boundYoungGeneration(): void {
  const observer = new PerformanceObserver(() => {
    if (youngBytes() < youngMaxBytes) return;
    setFlagsFromString('--semi-space-growth-factor=1');
    observer.disconnect();
  });
  observer.observe({ entryTypes: ['gc'] });
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? 0;
}
