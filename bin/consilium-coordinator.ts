#!/usr/bin/env node
import { underPinnedNode } from './pinned-node.ts';

await underPinnedNode(async () => {
  const { main } = await import('../coordinator/main.ts');
  const { runProcess } = await import('../shared/command-line/run-process.ts');
  await runProcess(main);
});
