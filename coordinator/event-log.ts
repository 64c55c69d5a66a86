import type { LogFields, Logger } from '../shared/logs/logger.ts';
import type { LiveEvents } from './live-events.ts';

/** Events after which somebody has to look. */
const warnings: ReadonlySet<string> = new Set([
  'study-refused', 'study-withdrawn', 'round-extended', 'round-abandoned', 'decryptors-differ', 'contribution-damaged', 'contribution-late', 'work-declined', 'run-failed', 'run-stuck',
]);

/** Events of which there are many, and none is worth keeping. */
const passing: ReadonlySet<string> = new Set(['site-progress']);

interface LoggedEvent {
  readonly event: string;
  readonly at: string;
  readonly [detail: string]: unknown;
}

/** Writes live events to the log, each line with what it is about: its study or run and, where it has one, its round and site. */
export function logEvents<Subject extends string, Event extends LoggedEvent & Readonly<Record<Subject, string>>>(events: LiveEvents<Subject, Event>, log: Logger): Disposable {
  return events.listen(({ event, at: _at, ...detail }) => {
    const write = warnings.has(event) ? log.warn : passing.has(event) ? log.debug : log.info;
    write.call(log, sentence(event), fieldsOf(detail));
  });
}

/** `round-opened` -> `Round opened.` */
function sentence(event: string): string {
  const words = event.replaceAll('-', ' ');
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** Lists and objects become JSON, so that a log line stays flat. */
function fieldsOf(detail: Readonly<Record<string, unknown>>): LogFields {
  return Object.fromEntries(
    Object.entries(detail).map(([name, value]) => [name, typeof value === 'object' && value !== null ? JSON.stringify(value) : (value as LogFields[string])]),
  );
}
