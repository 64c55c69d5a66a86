import type { FuzzRandom } from './fuzz-random.ts';

type WireMutation = (message: Buffer, random: FuzzRandom) => Buffer;

/** Where a top-level field begins and ends, as far as the bytes make sense. */
function fieldsIn(message: Buffer): { start: number; end: number }[] {
  const found: { start: number; end: number }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < message.length; scale *= 128) {
      const byte = message[at++] as number;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) break;
    }
    return value;
  };
  while (at < message.length) {
    const start = at;
    const wireType = varint() % 8;
    if (wireType === 0) varint();
    else if (wireType === 2) at += varint();
    else break;
    if (at > message.length) break;
    found.push({ start, end: at });
  }
  return found;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 128n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 127n) | 128);
  }
}

function splice(message: Buffer, at: number, removed: number, inserted: Buffer): Buffer {
  return Buffer.concat([message.subarray(0, at), inserted, message.subarray(at + removed)]);
}

const field = (number: number, wireType: number): Buffer => varint((BigInt(number) << 3n) | BigInt(wireType));

/** What can be wrong with the bytes of a protobuf message (protobuf.dev, Encoding). */
export const wireMutations: Readonly<Record<string, WireMutation>> = {
  flipBits: (message, random) => {
    const flipped = Buffer.from(message);
    for (let flips = 1 + random.below(4); flips > 0 && flipped.length > 0; flips--) flipped[random.below(flipped.length)]! ^= 1 << random.below(8);
    return flipped;
  },
  truncate: (message, random) => message.subarray(0, random.below(message.length + 1)),
  insertNoise: (message, random) => splice(message, random.below(message.length + 1), 0, random.bytes(1 + random.below(16))),
  repeatField: (message, random) => {
    const { start, end } = random.pick(fieldsIn(message)) ?? { start: 0, end: 0 };
    return splice(message, end, 0, Buffer.concat(Array.from({ length: random.pick([1, 2, 40, 2000]) }, () => message.subarray(start, Math.min(end, start + 512)))));
  },
  dropField: (message, random) => {
    const { start, end } = random.pick(fieldsIn(message)) ?? { start: 0, end: 0 };
    return splice(message, start, end - start, Buffer.alloc(0));
  },
  swapFields: (message, random) => {
    const fields = fieldsIn(message).map(({ start, end }) => message.subarray(start, end));
    return Buffer.concat(fields.toSorted(() => random.below(3) - 1));
  },
  changeTag: (message, random) => {
    const { start } = random.pick(fieldsIn(message)) ?? { start: 0 };
    return splice(message, start, 1, field(random.pick([0, 1, 2, 3, 5, 7, 8, 12, 15, 16, 2047, 19_000, 536_870_911]), random.below(8)));
  },
  changeLength: (message, random) => {
    const { start } = random.pick(fieldsIn(message)) ?? { start: 0 };
    return splice(message, start + 1, 1, varint(random.pick([0n, 1n, 127n, 128n, 65_536n, 2n ** 31n - 1n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n])));
  },
  hugeNumber: (message, random) => Buffer.concat([message, field(1 + random.below(12), 0), varint(random.pick([2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 53n + 1n, 2n ** 63n, 2n ** 64n - 1n]))]),
  endlessNumber: (message, random) => Buffer.concat([message, field(1 + random.below(12), 0), Buffer.alloc(1 + random.below(20), 0xff)]),
  nestedGroups: (message, random) => Buffer.concat([message, Buffer.alloc(random.pick([1, 50, 99, 101, 1000]), Buffer.from(field(1 + random.below(15), 3)))]),
  nestedMessages: (message, random) => {
    let nested = message;
    for (let depth = random.pick([1, 10, 120]); depth > 0; depth--) nested = Buffer.concat([field(random.pick([1, 3, 12]), 2), varint(BigInt(nested.length)), nested]);
    return nested;
  },
  manyEmptyEntries: (_message, random) => Buffer.alloc(2 * random.pick([10, 300, 900]), Buffer.concat([field(1 + random.below(8), 2), Buffer.from([0])])),
  unknownFields: (message, random) => Buffer.concat([message, ...Array.from({ length: 1 + random.below(60) }, () => Buffer.concat([field(100 + random.below(9000), 0), varint(BigInt(random.below(1e9)))]))]),
  brokenText: (message, random) => Buffer.concat([message, field(1 + random.below(8), 2), Buffer.from([4, 0xc3, 0x28, 0xff, 0xfe])]),
  nothing: () => Buffer.alloc(0),
  noise: (_message, random) => random.bytes(random.pick([1, 7, 64, 900])),
  tooLarge: (message, random) => Buffer.concat([message, field(1 + random.below(12), 2), varint(20_000n), Buffer.alloc(20_000, random.pick([0, 0x41, 0xff]))]),
};

const names = Object.keys(wireMutations);

/** One to three mutations, and which they were. */
export function mutateWire(message: Buffer, random: FuzzRandom): { bytes: Buffer; mutations: string[] } {
  const mutations = Array.from({ length: random.percent(70) ? 1 : 1 + random.below(3) }, () => random.pick(names));
  return { bytes: mutations.reduce((bytes, name) => wireMutations[name]!(bytes, random), message), mutations };
}
