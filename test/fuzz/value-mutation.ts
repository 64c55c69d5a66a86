import type { FuzzRandom } from './fuzz-random.ts';

/** JSON, in which `{ "$bytes": base64 }` stands for bytes and `$name` for what a run calls something. */
export type Value = string | number | boolean | null | Buffer | Value[] | { [name: string]: Value };

/** What placeholders stand for in the run that goes on. */
export type Names = Readonly<Record<`$${string}`, string>>;

export function valueOf(json: unknown, names: Names): Value {
  if (typeof json === 'string') return Object.entries(names).reduce((text, [name, value]) => text.replaceAll(name, value), json);
  if (Array.isArray(json)) return json.map((entry) => valueOf(entry, names));
  if (typeof json === 'object' && json !== null) {
    if ('$bytes' in json) return Buffer.from(json.$bytes as string, 'base64');
    return Object.fromEntries(Object.entries(json).map(([name, entry]) => [name, valueOf(entry, names)]));
  }
  return json as number | boolean | null;
}

const texts = [
  '', ' ', '.', '..', '/', '../../etc/passwd', '..\\..\\windows', '/dev/zero', 'a\u0000b', '\u202egnp.exe', '\ufeff', 'é', 'e\u0301', '🏥'.repeat(20), 'x'.repeat(255), 'x'.repeat(5000),
  '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'null', 'undefined', 'NaN', '0', '-1', '1e309', '9007199254740993', "'; DROP TABLE site; --", '%00', '%s%n', '${jndi}', '\r\nSet-Cookie: a=b',
  '<script>', 'a'.repeat(64), 'A'.repeat(64), 'f'.repeat(63), 'g'.repeat(64), 'UPDATE', 'STATISTICS', 'PART_UNSPECIFIED', 'APPROVED', 'internal', 'round-not-collecting',
];
const numbers = [0, -0, 1, -1, 2, 1.5, 127, 128, 255, 256, 65_535, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 53 + 2, -(2 ** 53), 2 ** 63, 1e21, Number.MAX_VALUE, 5e-324];
const lengths = [0, 1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 63, 64, 65, 91, 256, 1500];

/** A value of any kind in the place of another. */
function instead(value: Value, random: FuzzRandom, names: Names): Value {
  const kind = random.percent(80) ? kindOf(value) : random.pick(['text', 'number', 'bytes', 'nothing', 'list', 'object'] as const);
  if (kind === 'text') return random.percent(30) ? random.pick(Object.values(names)) + random.pick(['', '', '.0', '.1', '.99', '/..', ' ']) : random.pick(texts);
  if (kind === 'number') return random.pick(numbers);
  if (kind === 'bytes') return changedBytes(Buffer.isBuffer(value) ? value : Buffer.alloc(32), random);
  if (kind === 'list') return Array.from({ length: random.pick([0, 1, 3, 40, 400]) }, () => (Array.isArray(value) ? (value[0] ?? null) : null));
  return kind === 'object' ? {} : null;
}

function kindOf(value: Value): 'text' | 'number' | 'bytes' | 'list' | 'object' | 'nothing' {
  if (Buffer.isBuffer(value)) return 'bytes';
  if (Array.isArray(value)) return 'list';
  if (value === null || typeof value === 'boolean') return 'nothing';
  return typeof value === 'object' ? 'object' : typeof value === 'string' ? 'text' : 'number';
}

function changedBytes(bytes: Buffer, random: FuzzRandom): Buffer {
  if (random.percent(50)) return random.bytes(random.pick(lengths));
  const changed = Buffer.from(bytes);
  if (changed.length > 0) changed[random.below(changed.length)]! ^= 1 << random.below(8);
  return random.percent(30) ? changed.subarray(0, random.below(changed.length + 1)) : changed;
}

/** The value with one to three of its parts replaced, repeated, left out or moved. */
export function mutateValue(value: Value, random: FuzzRandom, names: Names): Value {
  let mutated = structuredCloneOf(value);
  for (let changes = random.percent(70) ? 1 : 1 + random.below(3); changes > 0; changes--) mutated = mutateOne(mutated, random, names);
  return mutated;
}

function mutateOne(value: Value, random: FuzzRandom, names: Names): Value {
  if (kindOf(value) !== 'list' && kindOf(value) !== 'object') return instead(value, random, names);
  const container = value as Record<string, Value>;
  const keys = Object.keys(container);
  if (keys.length === 0) return random.percent(50) ? instead(value, random, names) : value;
  const key = random.pick(keys);
  if (random.percent(60)) container[key] = mutateOne(container[key] as Value, random, names);
  else if (random.percent(50)) container[key] = instead(container[key] as Value, random, names);
  else if (random.percent(40)) delete container[key];
  else if (random.percent(50)) container[random.pick(keys)] = container[key] as Value;
  else if (Array.isArray(value)) value.push(...Array.from({ length: random.pick([1, 3, 60]) }, () => container[key] as Value));
  else put(container, random.pick(texts).slice(0, 40), instead(container[key] as Value, random, names));
  return Array.isArray(value) ? value.filter((entry) => entry !== undefined) : value;
}

/** Also what is called `__proto__` becomes a property of its own. */
function put(container: Record<string, Value>, name: string, value: Value): void {
  Object.defineProperty(container, name, { value, configurable: true, enumerable: true, writable: true });
}

function structuredCloneOf(value: Value): Value {
  if (Buffer.isBuffer(value)) return Buffer.from(value);
  if (Array.isArray(value)) return value.map(structuredCloneOf);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, structuredCloneOf(entry)]));
}
