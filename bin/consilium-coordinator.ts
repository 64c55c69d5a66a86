#!/usr/bin/env node
import { underPinnedNode } from './pinned-node.ts';

// Keys, tokens and logs: whatever this program writes is for its own user only.
process.umask(0o077);

await underPinnedNode(async () => {
  const { main } = await import('../coordinator/main.ts');
  const { runProcess } = await import('../shared/command-line/run-process.ts');
  await runProcess(main);
});
