/** The adding end of the transport floor: hands out the base, adds what comes, and prints how long each round took. */
import { once } from 'node:events';
import { parseArgs, promisify } from 'node:util';
import type { ServerReadableStream, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import { underPinnedNode } from '../../bin/pinned-node.ts';

await underPinnedNode(async () => {
  const { runProcess } = await import('../../shared/command-line/run-process.ts');
  const { openCoordinatorFolder } = await import('../../coordinator/federation/coordinator-folder.ts');
  const { Server, ServerCredentials } = await import('@grpc/grpc-js');
  const { renewingCredentials } = await import('../../coordinator/rpc/server-credentials.ts');
  const { systemClock } = await import('../../shared/clock.ts');
  const { transportOptions } = await import('../../shared/wire/transport-options.ts');
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
    const server = new Server(transportOptions);
    server.addService(floorService as never, handlers as never);
    const { key, cert } = renewing.credentials.present;
    const pair = { private_key: Buffer.from(key), cert_chain: Buffer.from(cert) };
    const port = await promisify(server.bindAsync.bind(server))('127.0.0.1:0', ServerCredentials.createSsl(null, [pair], false));
    io.stdout.write(`${JSON.stringify({ port })}\n`);
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
    server.forceShutdown();
    return 0;
  });
});
