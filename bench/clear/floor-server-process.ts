/** The adding end of the transport floor: hands out the base, adds what comes, and prints how long each round took. */
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import type { ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { underPinnedNode } from '../../bin/pinned-node.ts';

await underPinnedNode(async () => {
  const { runProcess } = await import('../../shared/command-line/run-process.ts');
  const { openCoordinatorFolder } = await import('../../coordinator/federation/coordinator-folder.ts');
  const { startRpcServer } = await import('../../coordinator/rpc/server.ts');
  const { renewingCredentials } = await import('../../coordinator/rpc/server-credentials.ts');
  const { systemClock } = await import('../../shared/clock.ts');
  const { silentLogger } = await import('../../shared/logs/logger.ts');
  const { chunksOf, eachChunk, floorService } = await import('./floor-service.ts');

  await runProcess(async (argv, io) => {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: { parameters: { type: 'string' }, sites: { type: 'string' }, rounds: { type: 'string' } } });
    const [parameters, sites, rounds] = [Number(values.parameters), Number(values.sites), Number(values.rounds)];
    const { authority, federation } = await openCoordinatorFolder(positionals[0]!);
    using renewing = await renewingCredentials(authority, federation.hosts, systemClock, silentLogger);
    const base = Float32Array.from({ length: parameters }, () => Math.random() / 10);
    const sum = new Float64Array(parameters);
    let waiting: (() => void)[] = [];
    let changed = Promise.withResolvers<void>();
    let added = 0;
    const change = () => {
      changed.resolve();
      changed = Promise.withResolvers();
    };
    const handlers = {
      base: async (call: ServerWritableStream<Buffer, Buffer>) => {
        await new Promise<void>((begin) => {
          waiting.push(begin);
          change();
        });
        for (const chunk of chunksOf(base)) if (!call.write(chunk)) await once(call, 'drain');
        call.end();
      },
      update: async (call: ServerReadableStream<Buffer, Buffer>, reply: sendUnaryData<Buffer>) => {
        await eachChunk(call as AsyncIterable<Buffer>, (part, at) => {
          for (let index = 0; index < part.length; index++) sum[at + index]! += part[index]!;
        });
        reply(null, Buffer.alloc(1));
        added += 1;
        change();
      },
    };
    const server = await startRpcServer({ address: { host: '127.0.0.1', port: 0 }, credentials: renewing.credentials, services: [{ definition: floorService, handlers } as never] });
    io.stdout.write(`${JSON.stringify({ port: server.port })}\n`);
    const seconds: number[] = [];
    for (let round = 0; round < rounds; round++) {
      while (waiting.length < sites) await changed.promise;
      const startedMs = performance.now();
      sum.fill(0);
      added = 0;
      const begin = waiting;
      waiting = [];
      for (const one of begin) one();
      while (added < sites) await changed.promise;
      for (let at = 0; at < parameters; at++) base[at] = sum[at]! / sites;
      seconds.push((performance.now() - startedMs) / 1000);
    }
    io.stdout.write(`${JSON.stringify({ seconds })}\n`);
    if (!io.signal.aborted) await once(io.signal, 'abort');
    await server.close(1000);
    return 0;
  });
});
