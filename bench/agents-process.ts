/**
 * Site agents with everything that they have in a hospital but the trainer, which answers with a fixed delta: one in a process of its
 * own, or several in one process where a federation is larger than the machine. No command of the product leads here.
 */
import { parseArgs } from 'node:util';
import { underPinnedNode } from '../bin/pinned-node.ts';

process.umask(0o077);

await underPinnedNode(async () => {
  const { runProcess } = await import('../shared/command-line/run-process.ts');
  const { createLogger } = await import('../shared/logs/logger.ts');
  const { serveAgents } = await import('./agents.ts');
  await runProcess(async (argv, io) => {
    const { values, positionals } = parseArgs({ args: argv, allowPositionals: true, options: { tensors: { type: 'string', default: '' }, 'at-once': { type: 'string' } } });
    const tensors = JSON.parse(values.tensors) as number[];
    const log = createLogger({ level: 'info', terminal: 'json' });
    const atOnce = values['at-once'] === undefined ? positionals.length : Number(values['at-once']);
    await serveAgents({ folders: positionals, tensors, atOnce, log, signal: io.signal, onReady: () => io.stdout.write('{"event":"serving"}\n') });
    return 0;
  });
});
