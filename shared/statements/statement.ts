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
  return encodeValue([domain, ...fields.flat(1)] as StatementValue);
}

function encodeValue(value: StatementValue): Uint8Array<ArrayBuffer> {
  if (typeof value === 'string') return item('T', encodeText(value));
  if (typeof value === 'bigint') return item('I', encodeText(value.toString()));
  if (typeof value === 'number') return item('I', encodeText(integerText(value)));
  if (value instanceof Uint8Array) return item('B', value);
  return item('L', ...value.map(encodeValue));
}

function item(type: string, ...contents: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const header = Buffer.alloc(9);
  header.write(type, 'latin1');
  header.writeBigUInt64BE(BigInt(contents.reduce((length, content) => length + content.length, 0)), 1);
  return Buffer.concat([header, ...contents]);
}

function encodeText(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new RangeError('A statement cannot hold text with a lone surrogate.');
  return Buffer.from(text, 'utf8');
}

function integerText(value: number): string {
  if (!Number.isSafeInteger(value)) throw new RangeError(`A statement holds exact integers only, not ${value}.`);
  return BigInt(value).toString();
}
