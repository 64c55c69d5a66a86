import type { LogFields, Logger } from '../../shared/logs/logger.ts';
import type { RunEvent, RunEvents } from './run-events.ts';

/** Events after which somebody has to look. */
const warnings: ReadonlySet<string> = new Set(['round-extended', 'round-abandoned', 'decryptors-differ', 'work-declined', 'run-failed']);

/** Writes what happens in runs to the log, each line with its run and, where it has one, its round and site. */
export function logRunEvents(events: RunEvents, log: Logger): Disposable {
  return events.listen(({ event, at: _at, ...detail }) => {
    const write = warnings.has(event) ? log.warn : log.info;
    write.call(log, sentence(event), fieldsOf(detail));
  });
}

/** `round-opened` -> `Round opened.` */
function sentence(event: string): string {
  const words = event.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Lists and objects become JSON, so that a log line stays flat. */
function fieldsOf(detail: Omit<RunEvent, 'event' | 'at'>): LogFields {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as LogFields[string])]),
  );
}
