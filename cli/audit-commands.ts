import { setTimeout } from 'node:timers/promises';
import { Command, InvalidArgumentError, Option } from 'commander';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { readInputFile } from '../shared/command-line/input-file.ts';
import { printable } from '../shared/command-line/printable.ts';
import { Progress } from '../shared/command-line/progress.ts';
import { moment } from '../shared/command-line/quantities.ts';
import { writeTable, type TableColumn } from '../shared/command-line/table.ts';
import { writeDurableFile } from '../shared/files/durable-file.ts';
import { auditEventListResource, auditHeadFromResource, auditHeadResource, auditHeadToResource, auditPageMaxCount } from '../shared/http-api/audit-resource.ts';
import { parseSettings } from '../shared/settings/parse-settings.ts';
import type { ChainedAuditEvent } from '../shared/statements/audit-event.ts';
import { verifyAuditLog } from './audit-verification.ts';
import { connect } from './coordinator-connection.ts';

const lookAgainMs = 2_000;

interface ShowOptions {
  readonly since?: string;
  readonly actor?: string;
  readonly action?: string;
  readonly subject?: string;
  readonly limit: number;
  readonly follow?: boolean;
}

export function auditCommands(io: CommandIo): Command {
  const audit = new Command('audit').description("the coordinator's log of every decision");

  audit
    .command('show')
    .description('Show events of the audit log, newest last.')
    .addOption(new Option('--since <time>', 'from then on: 2026-03-01 or 2026-03-01T09:30:00Z').argParser(isoMoment))
    .option('--actor <name>', 'whose: coordinator, or "site mercy"')
    .option('--action <words>', 'of this kind: "run started", "contribution refused"')
    .option('--subject <name>', 'about this site, study, round, or run with its rounds')
    .addOption(new Option('--limit <number>', `at most so many, 1 to ${auditPageMaxCount}`).argParser(eventCount).default(50))
    .option('--follow', 'go on and show events as they are written')
    .addHelpText('after', showExamples)
    .action((options: ShowOptions, command: Command) => show(options, command, io));

  audit
    .command('verify')
    .description('Check that no event was changed, removed, added or moved: every hash is computed anew, up to the head that the coordinator signs.')
    .option('--head <file>', 'a head that was saved earlier: the log must still begin with what it was then')
    .option('--save-head <file>', 'when all is well, write the signed head of now; keep it where the coordinator cannot write')
    .addHelpText('after', verifyExamples)
    .action(async ({ head, saveHead }: { head?: string; saveHead?: string }, command: Command) => {
      const client = await connect(command, io);
      const earlier = head === undefined ? undefined : auditHeadFromResource(parseSettings(auditHeadResource, head, (await readInputFile(head)).toString('utf8')));
      using progress = new Progress(io.stderr);
      const present = await verifyAuditLog(client, earlier, (checked, total) => progress.update(`${checked} of ${total} events are checked.`));
      progress.clear();
      const resource = auditHeadToResource(present);
      if (saveHead !== undefined) await writeDurableFile(saveHead, `${JSON.stringify(resource, undefined, 2)}\n`);
      writeResult(command, io, { events: present.sequence, head: resource, earlierEvents: earlier?.sequence ?? null }, (stdout) => {
        stdout.write(`${present.sequence} events, each bound to the one before; the coordinator's key ${resource.signingKey} signs the last one.\n`);
        if (earlier) stdout.write(`The first ${earlier.sequence} are the ones of ${moment(earlier.signedAtMs)}.\n`);
        else stdout.write('Whether the whole log was written anew can be told only with --head FILE, a head from earlier; keep one with --save-head FILE.\n');
      });
    });

  return audit;
}

const showExamples = `
Examples:
  consilium audit show --subject heart-disease-1
  consilium audit show --action "contribution refused" --since 2026-03-01
  consilium audit show --follow --json`;

const verifyExamples = `
Examples:
  consilium audit verify --save-head head.json
  consilium audit verify --head head.json --save-head head.json`;

async function show({ limit, follow, ...filters }: ShowOptions, command: Command, io: CommandIo): Promise<void> {
  const client = await connect(command, io);
  const json = command.optsWithGlobals<{ json?: boolean }>().json === true;
  const find = async (query: object) => (await client.get(`/audit?${searchOf({ ...filters, ...query })}`, auditEventListResource)).events;
  const { sequence } = await client.get('/audit/head', auditHeadResource);
  const events = await find({ limit });
  if (json) writeLines(io.stdout, events);
  else writeTable(io.stdout, columns, events);
  if (!follow) return;
  for (let last = events.at(-1)?.sequence ?? sequence; ; ) {
    await setTimeout(lookAgainMs, undefined, { signal: io.signal });
    const more = await find({ after: last, limit: auditPageMaxCount });
    if (json) writeLines(io.stdout, more);
    else for (const event of more) io.stdout.write(`${columns.map(({ text }) => text(event)).join('  ')}\n`);
    last = more.at(-1)?.sequence ?? last;
  }
}

const columns: readonly TableColumn<ChainedAuditEvent>[] = [
  { title: 'EVENT', text: ({ sequence }) => String(sequence), align: 'right' },
  { title: 'TIME', text: ({ atMs }) => moment(atMs) },
  { title: 'ACTOR', text: ({ actor }) => printable(actor) },
  { title: 'ACTION', text: ({ action }) => printable(action) },
  { title: 'SUBJECT', text: ({ subject }) => printable(subject) },
  { title: 'DETAIL', text: ({ detail }) => (detail === '{}' ? '' : printable(detail)) },
];

function writeLines(stdout: OutputStream, events: readonly ChainedAuditEvent[]): void {
  for (const event of events) stdout.write(`${JSON.stringify(event)}\n`);
}

function searchOf(query: Readonly<Record<string, string | number | undefined>>): URLSearchParams {
  return new URLSearchParams(Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])));
}

function isoMoment(text: string): string {
  const complete = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(text);
  const timeMs = complete ? Date.parse(text) : NaN;
  if (Number.isNaN(timeMs)) throw new InvalidArgumentError('Write a day or, with its zone, a moment: 2026-03-01T09:30:00Z.');
  return new Date(timeMs).toISOString();
}

function eventCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= auditPageMaxCount) return count;
  throw new InvalidArgumentError(`It is not a number from 1 to ${auditPageMaxCount}.`);
}
