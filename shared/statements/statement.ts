/**
 * The one canonical encoding of everything that Consilium hashes or signs.
 *
 * A statement is a domain (what kind of statement it is, with a version: "consilium/manifest/1") and an
 * ordered list of named fields. Two different statements never have the same bytes: every item is written
 * as one type byte, its length as 8 bytes big-endian, and its content.
 *
 *   text     'T'  UTF-8
 *   bytes    'B'
 *   integer  'I'  decimal digits with a leading '-' where negative; any size
 *   list     'L'  the concatenated items; the length counts bytes
 *
 * The statement itself is the list of domain, name, value, name, value, ...
 */
export type StatementValue = string | bigint | number | Uint8Array | readonly StatementValue[];

export type StatementFields = readonly (readonly [name: string, value: StatementValue])[];

/**
 * @param domain kind and version of the statement; keeps a signature made for one purpose useless for another
 * @throws RangeError for a number that is not a safe integer, and for text with a lone surrogate (UTF-8 cannot hold it)
 */
export function encodeStatement(domain: string, fields: StatementFields): Uint8Array<ArrayBuffer> {
  const statement = [domain, ...fields.flat(1)] as StatementValue;
  const bytes = Buffer.alloc(lengthOf(statement));
  write(bytes, 0, statement);
  return bytes;
}

const headerBytes = 9;

function lengthOf(value: StatementValue): number {
  if (typeof value === 'string') return headerBytes + Buffer.byteLength(value, 'utf8');
  if (typeof value === 'bigint' || typeof value === 'number') return headerBytes + integerText(value).length;
  if (value instanceof Uint8Array) return headerBytes + value.length;
  return value.reduce<number>((length, item) => length + lengthOf(item), headerBytes);
}

/** @returns where the item ends */
function write(bytes: Buffer, at: number, value: StatementValue): number {
  const start = at + headerBytes;
  if (typeof value === 'string') return writeHeader(bytes, at, 'T', start + bytes.write(wellFormed(value), start, 'utf8'));
  if (typeof value === 'bigint' || typeof value === 'number') return writeHeader(bytes, at, 'I', start + bytes.write(integerText(value), start, 'latin1'));
  if (value instanceof Uint8Array) {
    bytes.set(value, start);
    return writeHeader(bytes, at, 'B', start + value.length);
  }
  return writeHeader(bytes, at, 'L', value.reduce<number>((end, item) => write(bytes, end, item), start));
}

function writeHeader(bytes: Buffer, at: number, type: string, end: number): number {
  bytes.write(type, at, 'latin1');
  bytes.writeBigUInt64BE(BigInt(end - at - headerBytes), at + 1);
  return end;
}

function wellFormed(text: string): string {
  if (!text.isWellFormed()) throw new RangeError('A statement cannot hold text with a lone surrogate.');
  return text;
}

function integerText(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new RangeError(`A statement holds exact integers only, not ${value}.`);
  return BigInt(value).toString();
}
