import { mkdirSync, watch } from 'node:fs';
import { policyFileName } from './policy.ts';
import type { ConsentFolder } from './consent-folder.ts';

/**
 * Yields at once, and then whenever the policy, a decision, a pin or the pause was changed by whoever it was; several changes
 * at a time are one. Only promptness hangs on it: whatever is decided reads the files again.
 */
export async function* consentChanges(siteFolder: string, { watched }: ConsentFolder, signal: AbortSignal): AsyncGenerator<void> {
  let change = Promise.withResolvers<void>();
  const notice = () => change.resolve();
  for (const folder of watched) mkdirSync(folder, { recursive: true, mode: 0o700 });
  const watchers = [
    watch(siteFolder, { persistent: false }, (_event, file) => (file === policyFileName || file === null) && notice()),
    ...watched.map((folder) => watch(folder, { persistent: false }, notice)),
  ];
  signal.addEventListener('abort', notice);
  try {
    while (!signal.aborted) {
      change = Promise.withResolvers<void>();
      yield;
      await change.promise;
    }
  } finally {
    signal.removeEventListener('abort', notice);
    for (const watcher of watchers) watcher.close();
  }
}
