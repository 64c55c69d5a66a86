import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere } from '../../shared/files/durable-file.ts';
import { fillFolder } from '../../shared/files/private-folder.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';
import { ledgerFilesIn, type LedgerFiles, type LedgerOwner } from './ledger-files.ts';
import { ledgerCsv, ledgerJson, type LedgerRow } from './ledger-table.ts';

/**
 * A ledger as a security board gets it: the lines and receipts as they are, the same as CSV and JSON, and the public keys
 * with which another machine can check all of it.
 */
const exported = { csv: 'ledger.csv', json: 'ledger.json', owner: 'owner.json' } as const;

const rawKey = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'is not a raw Ed25519 key in hex')
  .transform((hex) => Buffer.from(hex, 'hex'));
const ownerSchema = z.strictObject({ federation: z.string(), site: z.string(), signingKey: rawKey, coordinatorSigningKey: rawKey });

export function isLedgerExport(folder: string): boolean {
  return existsSync(join(folder, exported.owner));
}

/** @throws invalid-settings when the file with the keys is not as it was written */
export function ownerOfExport(folder: string): LedgerOwner {
  return parseSettings(ownerSchema, exported.owner, readFileSync(join(folder, exported.owner), 'utf8'));
}

/** @param rows all that the files hold, verified @throws folder-in-use when the folder is not empty */
export async function exportLedger(folder: string, files: LedgerFiles, { federation, site, signingKey, coordinatorSigningKey }: LedgerOwner, rows: readonly LedgerRow[]): Promise<void> {
  const hex = (key: Uint8Array) => Buffer.from(key).toString('hex');
  const owner = { federation, site, signingKey: hex(signingKey), coordinatorSigningKey: hex(coordinatorSigningKey) };
  const { lines, receipts } = ledgerFilesIn('');
  fillFolder(folder, {
    [lines]: wholeLines(await readIfThere(files.lines)),
    [receipts]: wholeLines(await readIfThere(files.receipts)),
    [exported.csv]: ledgerCsv(rows),
    [exported.json]: ledgerJson(rows),
    [exported.owner]: `${JSON.stringify(owner, undefined, 2)}\n`,
  });
}

/** @throws ledger-damaged when CSV or JSON do not say what the lines say */
export async function assertExportFits(folder: string, rows: readonly LedgerRow[]): Promise<void> {
  for (const [name, text] of [[exported.csv, ledgerCsv(rows)], [exported.json, ledgerJson(rows)]] as const) {
    const found = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (found !== text) throw new ConsiliumError('ledger-damaged', `${name} ${found === undefined ? 'is missing' : 'does not say what the lines of the ledger say'}.`);
  }
}

/** Without half a line that a kill left, or that is being written. */
function wholeLines(bytes: Buffer = Buffer.alloc(0)): Buffer {
  return bytes.subarray(0, bytes.lastIndexOf('\n') + 1);
}
