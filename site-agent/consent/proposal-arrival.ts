import { mkdirSync, watch } from 'node:fs';
import type { ConsentRecords } from './consent-records.ts';
import type { ProposalRecord } from './proposals.ts';

/** Waits until a study is proposed to this site, in the way that is wanted. @throws the signal's reason when it is aborted */
export async function proposalArrival(
  { folder, proposals }: ConsentRecords,
  study: string,
  signal: AbortSignal,
  wanted: (proposal: ProposalRecord) => boolean = () => true,
): Promise<void> {
  mkdirSync(folder.proposals, { recursive: true, mode: 0o700 });
  let change = Promise.withResolvers<void>();
  const notice = () => change.resolve();
  const watcher = watch(folder.proposals, notice);
  signal.addEventListener('abort', notice);
  try {
    for (;;) {
      signal.throwIfAborted();
      change = Promise.withResolvers<void>();
      const proposal = await proposals.find(study);
      if (proposal && wanted(proposal)) return;
      await change.promise;
    }
  } finally {
    signal.removeEventListener('abort', notice);
    watcher.close();
  }
}
