import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'chai';

const module = new URL('../../../shared/command-line/garbage-collection.ts', import.meta.url).href;

/** Full collections of garbage in a process that holds 256 MiB of buffers while another GiB comes and goes; on one thread, so that a busy machine changes nothing. */
async function collections(before: string): Promise<number> {
  const program = `
    import { PerformanceObserver, constants } from 'node:perf_hooks';
    import { setImmediate } from 'node:timers/promises';
    import { collectBuffersAsHeap } from ${JSON.stringify(module)};
    ${before}
    let collections = 0;
    new PerformanceObserver((list) => (collections += list.getEntries().filter(({ detail }) => detail.kind === constants.NODE_PERFORMANCE_GC_MAJOR).length)).observe({ entryTypes: ['gc'] });
    globalThis.held = Array.from({ length: 64 }, () => Buffer.alloc(2 ** 22));
    for (let made = 0; made < 256; made++) {
      Buffer.alloc(2 ** 22);
      await setImmediate();
    }
    console.log(collections);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--single-threaded-gc', '--input-type=module', '--eval', program]);
  return Number(stdout);
}

/** Largest size of the space for new objects, in MiB, of a process in which half of what is made stays for a while. */
async function youngMiB(before: string): Promise<number> {
  const program = `
    import { setImmediate } from 'node:timers/promises';
    import { getHeapSpaceStatistics } from 'node:v8';
    import { boundYoungGeneration } from ${JSON.stringify(module)};
    ${before}
    let largest = 0;
    for (let turn = 0; turn < 60; turn++) {
      globalThis.held = [];
      for (let index = 0; index < 200_000; index++) held.push({ index, list: [index] });
      await setImmediate();
      largest = Math.max(largest, getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size);
    }
    console.log(largest / 2 ** 20);`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program]);
  return Number(stdout);
}

describe('the collection of garbage', () => {
  it('lets the space for new objects grow to 64 MiB and no further', async () => {
    const [byDefault, bound] = await Promise.all([youngMiB(''), youngMiB('boundYoungGeneration();')]);
    expect(byDefault).to.be.above(64);
    expect(bound).to.equal(64);
  });

  it('comes less than half as often once buffers count as other memory does', async () => {
    const [byDefault, asHeap] = await Promise.all([collections(''), collections('collectBuffersAsHeap();')]);
    expect(asHeap).to.be.at.least(1);
    expect(asHeap).to.be.below(byDefault / 2);
  });
});
