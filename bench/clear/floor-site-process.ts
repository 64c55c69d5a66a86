/** The sending end of the transport floor: takes the base, adds the site's fixed delta, and sends the result. */
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { underPinnedNode } from '../../bin/pinned-node.ts';

await underPinnedNode(async () => {
  const { runProcess } = await import('../../shared/command-line/run-process.ts');
  const { systemClock } = await import('../../shared/clock.ts');
  const { openSiteFolder } = await import('../../site-agent/identity/site-folder.ts');
  const { Channel } = await import('../../site-agent/link/channel.ts');
  const { FixedDelta } = await import('../work.ts');
  const { chunksOf, eachChunk, floorService } = await import('./floor-service.ts');
  const timeoutMs = 600_000;
  const longestMs = 2 ** 31 - 1;

  await runProcess(async (argv, io) => {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: { port: { type: 'string' }, tensors: { type: 'string', default: '' }, rounds: { type: 'string' } } });
    const { identity, settings } = openSiteFolder(positionals[0]!);
    using channel = new Channel({ ...identity, address: { ...identity.address, port: Number(values.port) } }, systemClock);
    const delta = new FixedDelta(settings.site, { tensors: JSON.parse(values.tensors) as number[] }).values();
    io.stdout.write('{}\n');
    const limits = { signal: io.signal, timeoutMs };
    for (let round = 0; round < Number(values.rounds); round++) {
      const weights = new Float32Array(delta.length);
      await eachChunk(channel.serverStream(floorService.base, Buffer.alloc(1), limits), (part, at) => weights.set(part, at));
      for (let at = 0; at < delta.length; at++) weights[at]! += delta[at]!;
      await channel.clientStream(floorService.update, chunksOf(weights), limits);
    }
    await setTimeout(longestMs, undefined, { signal: io.signal }).catch(() => undefined); // the connection's counters are read at the end
    return 0;
  });
});
