import { moment } from '../shared/command-line/quantities.ts';
import type { RunWaitResource } from '../shared/http-api/run-wait-resource.ts';
import { awaitedTasks, type AwaitedTask } from '../shared/studies/awaited-task.ts';

/** What keeps a run from going on, in sentences: `It is stuck since 2026-03-01T09:30:00Z. It waits for south (not connected) to contribute.` */
export function runWaitText({ since, until, stuck, diskFull, sites, mishap }: RunWaitResource): string {
  const byTask = Map.groupBy(sites, ({ task }) => task);
  const sentences = [
    stuck ? `It is stuck: nothing has moved since ${at(since)}.` : '',
    diskFull ? 'The disk of the coordinator is full: once an operator has made room there, everything goes on by itself.' : '',
    ...[...byTask].map(([task, awaited]) => `It waits for ${awaitedText(task, awaited)}.`),
    until === null ? '' : `The waiting ends at ${at(until)}.`,
    mishap ? `The coordinator has failed ${mishap.times === 1 ? 'once' : `${mishap.times} times`} since ${at(mishap.since)} and tries again at ${at(mishap.nextAt)}: ${mishap.text}` : '',
  ];
  return sentences.filter(Boolean).join(' ');
}

function awaitedText(task: AwaitedTask, sites: RunWaitResource['sites']): string {
  const [first] = sites;
  const names = sites.map(({ site, connected }) => (connected ? site : `${site} (not connected)`));
  return `${names.join(', ')} ${awaitedTasks[task]}, since ${at(first?.since ?? '')}`;
}

function at(iso: string): string {
  return moment(Date.parse(iso));
}
