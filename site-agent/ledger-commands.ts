import { InvalidArgumentError, type Command } from 'commander';
import { systemClock } from '../shared/clock.ts';
import type { CommandIo, OutputStream } from '../shared/command-line/command-io.ts';
import { writeResult } from '../shared/command-line/command-result.ts';
import { moment, size } from '../shared/command-line/quantities.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { fingerprintMatches, isKeyFingerprint, keyFingerprint } from '../shared/statements/key-fingerprint.ts';
import type { LedgerReceipt } from '../shared/statements/ledger-receipt.ts';
import { assertExportFits, exportLedger, isLedgerExport, ownerOfExport } from './egress/ledger-export.ts';
import { ledgerFilesIn, ledgerFolderOf, ledgerOwnerOf, type LedgerFiles, type LedgerOwner } from './egress/ledger-files.ts';
import { bytesOf, type LedgerLine } from './egress/ledger-line.ts';
import { newestReceiptIn } from './egress/ledger-receipt-line.ts';
import { ledgerTotals, type LedgerRow } from './egress/ledger-table.ts';
import { verifyLedger } from './egress/ledger-verification.ts';
import { openSiteFolder } from './identity/site-folder.ts';
import { Channel } from './link/channel.ts';
import { CoordinatorLink } from './link/coordinator-link.ts';

const examples = `
Examples:
  consilium-site ledger show /var/lib/consilium --since 2026-03-01
  consilium-site ledger verify /var/lib/consilium --online
  consilium-site ledger export /var/lib/consilium /tmp/for-the-security-board
  consilium-site ledger verify /tmp/for-the-security-board --site-key "twelve words" --coordinator-key "twelve words"`;

/** `consilium-site ledger`: what left this site. Works offline, and while the agent runs. */
export function addLedgerCommands(program: Command, io: CommandIo): void {
  const ledger = program.command('ledger').description('the record of everything that left this site').addHelpText('after', examples);

  ledger
    .command('show')
    .description('List what left, after checking that the record is unchanged.')
    .argument('<folder>', 'the site\'s folder, or an export')
    .option('--study <name>', 'of this study only')
    .option('--run <name>', 'of this run only')
    .option('--since <time>', 'from this time on, ISO 8601: 2026-03-01 or 2026-03-01T09:30:00Z', timeMs)
    .action(async (folder: string, { study, run, since }: { study?: string; run?: string; since?: number }, command: Command) => {
      const all = await verifiedRows(ledgerAt(folder), 'pass');
      const rows = all.filter(({ line }) => (study ?? line.study) === line.study && (run ?? line.run) === line.run && Date.parse(line.at) >= (since ?? 0));
      const totals = ledgerTotals(rows);
      writeResult(command, io, { lines: rows.map(({ line, countersigned }) => ({ ...line, countersigned })), totals }, (stdout) => {
        if (rows.length > 0) writeLines(stdout, rows);
        stdout.write(`${rows.length === 1 ? '1 line' : `${totals.lines} lines`}, ${size(totals.bytes)} left, ${totals.repetitions} repeated, ${totals.countersigned} countersigned by the coordinator.\n`);
      });
    });

  ledger
    .command('verify')
    .description('Find a line that was changed, removed, re-ordered or cut off. Ends with 6 when there is one.')
    .argument('<folder>', 'the site\'s folder, or an export, which needs no key')
    .option('--online', 'also ask the coordinator for the newest line that it countersigned: shows when the ends of lines and receipts were cut off together')
    .option('--site-key <fingerprint>', 'of the key with which the site has to have signed, as words or hex, from the hospital (consilium-site identity)', fingerprint)
    .option('--coordinator-key <fingerprint>', 'of the key with which the coordinator has to have countersigned, as the hospital\'s own ledger verify shows it', fingerprint)
    .action(async (folder: string, { online = false, siteKey, coordinatorKey }: VerifyOptions, command: Command) => {
      const place = ledgerAt(folder);
      assertSignedBy(place.owner.site, place.owner.signingKey, siteKey);
      assertSignedBy('its coordinator', place.owner.coordinatorSigningKey, coordinatorKey);
      const newest = online ? await askCoordinator(folder, place.files, io.signal) : undefined;
      const rows = await verifiedRows(place, 'refuse', newest);
      if (isLedgerExport(folder)) await assertExportFits(folder, rows);
      const { lines, countersigned } = ledgerTotals(rows);
      const newestCountersigned = rows.findLast((row) => row.countersigned)?.line.sequence ?? 0;
      const ownKeys = !isLedgerExport(folder);
      const keys = {
        site: { ...keyFingerprint(place.owner.signingKey), compared: ownKeys || siteKey !== undefined },
        coordinator: { ...keyFingerprint(place.owner.coordinatorSigningKey), compared: ownKeys || coordinatorKey !== undefined },
      };
      writeResult(command, io, { event: 'verified', site: place.owner.site, lines, countersigned, newestCountersigned, online, keys }, (stdout) => {
        stdout.write(`All ${lines} lines are right: unchanged, in order, and signed by ${place.owner.site}.\n`);
        stdout.write(`The coordinator countersigned ${countersigned} of them, the newest is line ${newestCountersigned}.${online ? ' It knows of none after it.' : ''}\n`);
        stdout.write(`The key of ${place.owner.site}:\n  words  ${keys.site.words}\n  hex    ${keys.site.hex}\n`);
        stdout.write(`The key of its coordinator:\n  words  ${keys.coordinator.words}\n  hex    ${keys.coordinator.hex}\n`);
        if (!keys.site.compared || !keys.coordinator.compared) {
          stdout.write('The keys come out of the export itself: whoever makes up an export puts in keys of their own. Compare both with what the hospital says, by --site-key and --coordinator-key.\n');
        }
      });
    });

  ledger
    .command('export')
    .description('Write the record for a security board: lines, receipts, CSV, JSON and public keys. Another machine can verify it.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<export-folder>', 'an empty folder, or one that is not there yet')
    .action(async (folder: string, exportFolder: string, _options: object, command: Command) => {
      const { files, owner } = ledgerAt(folder);
      const rows = await verifiedRows({ files, owner }, 'pass');
      await exportLedger(exportFolder, files, owner, rows);
      writeResult(command, io, { event: 'exported', folder: exportFolder, lines: rows.length }, (stdout) =>
        stdout.write(`Exported ${rows.length} lines to ${exportFolder}. Check them anywhere with:  consilium-site ledger verify ${exportFolder}\n`),
      );
    });
}

interface LedgerPlace {
  readonly files: LedgerFiles;
  readonly owner: LedgerOwner;
}

function ledgerAt(folder: string): LedgerPlace {
  if (isLedgerExport(folder)) return { files: ledgerFilesIn(folder), owner: ownerOfExport(folder) };
  return { files: ledgerFilesIn(ledgerFolderOf(folder)), owner: ledgerOwnerOf(openSiteFolder(folder)) };
}

async function verifiedRows({ files, owner }: LedgerPlace, tornEnd: 'pass' | 'refuse', newest?: LedgerReceipt): Promise<LedgerRow[]> {
  const lines: LedgerLine[] = [];
  const { countersigned } = await verifyLedger(files, owner, { onLine: (line) => lines.push(line), tornEnd, newest });
  return lines.map((line) => ({ line, countersigned: countersigned.has(line.sequence) }));
}

interface VerifyOptions {
  readonly online?: boolean;
  readonly siteKey?: string;
  readonly coordinatorKey?: string;
}

/** @throws ledger-key-mismatch */
function assertSignedBy(who: string, key: Uint8Array, given: string | undefined): void {
  if (given !== undefined && !fingerprintMatches(given, key)) throw new ConsiliumError('ledger-key-mismatch', `The key of ${who} that the ledger comes with is ${keyFingerprint(key).hex}.`);
}

/**
 * The coordinator's newest receipt. What it signed before it was asked it still has to know; a running agent may get another one
 * while it is asked.
 * @throws ledger-receipt-invalid when it knows less than it signed
 */
async function askCoordinator(folder: string, files: LedgerFiles, signal: AbortSignal): Promise<LedgerReceipt | undefined> {
  if (isLedgerExport(folder)) throw new ConsiliumError('invalid-request', 'An export holds no key with which the coordinator could be asked: use --online on the site\'s folder.');
  const kept = await newestReceiptIn(files.receipts);
  using channel = new Channel(openSiteFolder(folder).identity, systemClock);
  const newest = await new CoordinatorLink(channel).newestReceipt(signal);
  if ((newest?.sequence ?? 0) >= kept) return newest;
  const known = newest ? `The newest that the coordinator knows is for line ${newest.sequence}` : 'The coordinator says that nothing has come from this site';
  throw new ConsiliumError('ledger-receipt-invalid', `${known}, and its receipt for line ${kept} is here: it was restored from a backup, was set up anew, or denies what it signed. The receipt that is here is the proof.`);
}

function writeLines(stdout: OutputStream, rows: readonly LedgerRow[]): void {
  writeTable(
    stdout,
    [
      { title: 'LINE', text: ({ line }) => String(line.sequence), align: 'right' },
      { title: 'TIME', text: ({ line }) => moment(Date.parse(line.at)) },
      { title: 'WHAT', text: ({ line }) => `${line.what}${line.repeats > 0 ? ` (again: ${line.repeats})` : ''}` },
      { title: 'ROUND', text: ({ line }) => line.round },
      { title: 'PURPOSE', text: ({ line }) => line.purpose },
      { title: 'PARTS', text: ({ line }) => line.parts.map(({ part }) => part).join('+') },
      { title: 'BYTES', text: ({ line }) => (bytesOf(line) === 0 ? 'digests only' : size(bytesOf(line))), align: 'right' },
      { title: 'DIGEST', text: ({ line }) => line.parts.map(({ digest }) => digest.slice(0, 12)).join('+') },
      { title: 'COUNTERSIGNED', text: ({ countersigned }) => (countersigned ? 'yes' : 'no') },
      { title: 'APPROVED BY', text: ({ line }) => (line.approval.length > 24 ? `${line.approval.slice(0, 23)}…` : line.approval) },
    ],
    rows,
  );
}

function timeMs(text: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new InvalidArgumentError('It is not a time in ISO 8601.');
  return time;
}

function fingerprint(text: string): string {
  if (!isKeyFingerprint(text)) throw new InvalidArgumentError('It is not a fingerprint: 12 words, between quotes, or 64 hexadecimal digits.');
  return text;
}
