import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync, gzipSync } from 'node:zlib';
import type { FuzzedFederation, HttpCaller, RpcCaller } from './fuzzed-federation.ts';
import { httpCallers } from './fuzzed-federation.ts';
import { FuzzRandom } from './fuzz-random.ts';
import type { HttpAttack } from './http-attack.ts';
import { grpcFrame, type RpcAttack } from './rpc-attack.ts';
import { rpcMethods, type RpcMethod } from './rpc-methods.ts';
import { mutateValue, valueOf, type Names, type Value } from './value-mutation.ts';
import { mutateWire } from './wire-mutation.ts';

/** One thing that the fuzzer does. It may hold more than one message. */
export type Attack = { readonly messages: number; readonly made: string } & (
  | { readonly kind: 'rpc'; readonly caller: RpcCaller; readonly attack: RpcAttack; readonly staysOpen: boolean }
  | { readonly kind: 'http'; readonly caller: HttpCaller; readonly attack: HttpAttack }
);

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
}

export const rpcCorpus = corpusFile<Record<string, unknown[][]>>('rpc.json');
export const httpCorpus = corpusFile<Operation[]>('http.json');

const declinePath = '/consilium.v1.SiteLink/Decline';
const watchPath = '/consilium.v1.SiteLink/Watch';
/** What people may do, and what would end what the fuzzer looks at afterwards. */
const endings = /\/(stop|revocation)|^\/runs\/?(\?|$)/;

/** Makes the attack of an index: always the same for the same seed, but for what the run calls things. */
export class HostileMessages {
  readonly #seed: number;
  readonly #federation: Pick<FuzzedFederation, 'names' | 'bodies' | 'tokens'>;

  constructor(seed: number, federation: Pick<FuzzedFederation, 'names' | 'bodies' | 'tokens'>) {
    this.#seed = seed;
    this.#federation = federation;
  }

  at(index: number): Attack {
    const random = new FuzzRandom(this.#seed, index);
    return random.percent(20) ? this.#http(random) : this.#rpc(random);
  }

  #rpc(random: FuzzRandom): Attack {
    const { names } = this.#federation;
    const path = random.pick([...rpcMethods.keys()]);
    const method = rpcMethods.get(path) as RpcMethod;
    const chosen = random.pick(['outsider', 'outsider', 'outsider', 'member', 'member', 'member', 'revoked', 'stranger'] as const);
    const caller = path === declinePath && chosen === 'member' ? 'outsider' : chosen; // a member may decline, and the run would go on without it
    const made = [caller, path];
    const sent = random.pick(rpcCorpus[path]!).map((json) => valueOf(json, names));
    const count = method.requestStream ? random.pick([1, 2, 3, 6, 12, 24]) : random.percent(95) ? 1 : random.below(3);
    const order = method.requestStream && random.percent(40) ? sent.toReversed() : sent;
    const messages = Array.from({ length: count }, (_, at) => this.#message(method, order[at % order.length] as Value, random, names, made));
    const frames = messages.map((message) => framed(message, random, made));
    const ending = random.percent(97) ? 'end' : random.pick(['reset', 'wait'] as const);
    if (ending !== 'end') made.push(ending);
    return { kind: 'rpc', caller, attack: { path, frames, headers: this.#headers(random, made), ending }, staysOpen: path === watchPath, messages: Math.max(1, count), made: made.join(' ') };
  }

  #message(method: RpcMethod, valid: Value, random: FuzzRandom, names: Names, made: string[]): Buffer {
    const way = random.below(10);
    const value = way < 5 ? mutateValue(valid, random, names) : valid;
    const encoded = encode(method, value) ?? encode(method, valid) ?? Buffer.alloc(0);
    if (way < 4) return note(made, 'values', encoded);
    if (way === 9 && random.percent(30)) return note(made, 'valid', encoded);
    const { bytes, mutations } = mutateWire(encoded, random);
    return note(made, mutations.join('+'), bytes);
  }

  #headers(random: FuzzRandom, made: string[]): Record<string, string> {
    if (!random.percent(4)) return {};
    const header = random.pick([
      ['grpc-timeout', '1n'], ['grpc-timeout', '99999999H'], ['grpc-timeout', '0S'], ['grpc-encoding', 'gzip'], ['grpc-encoding', 'br'], ['grpc-encoding', 'deflate'], ['content-type', 'text/plain'],
      ['content-type', 'application/grpc+json'], ['x-long', 'x'.repeat(7000)], ['consilium-error', 'internal'], ['consilium-error-detail-bin', '!!!'], ['authorization', 'Bearer x'], ['te', 'trailers'],
    ] as const);
    made.push(header[0]);
    return { [header[0]]: header[1] };
  }

  #http(random: FuzzRandom): Attack {
    const { names, bodies, tokens } = this.#federation;
    const operation = random.pick(httpCorpus);
    const chosen = random.pick(httpCallers);
    const made = [chosen, operation.method, operation.path];
    const template = typeof operation.body === 'string' ? bodies[operation.body] : operation.body;
    let path = String(valueOf(operation.path, names));
    if (random.percent(50)) path = mutatePath(path, random, names);
    const method = random.percent(90) ? operation.method : random.pick(['GET', 'POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH', 'PROPFIND']);
    const body = template === undefined && random.percent(70) ? undefined : httpBody(valueOf(template ?? { a: 1 }, names), random, names, made);
    const caller = endings.test(decodedPath(path)) && method === 'POST' ? random.pick(['viewer', 'auditor', 'nobody'] as const) : chosen;
    const token = tokens[caller];
    const headers: Record<string, string> = token === undefined ? {} : { authorization: random.percent(97) ? `Bearer ${token}` : random.pick(['Bearer', `Basic ${token}`, `Bearer ${token}${token}`, `bearer  ${token}`, 'Bearer ' + 'x'.repeat(5000)]) };
    if (random.percent(5)) headers[random.pick(['content-type', 'content-encoding', 'accept', 'if-none-match', 'range', 'host', 'x-forwarded-for', 'expect'])] = random.pick(['gzip', 'text/html', 'application/json; charset=utf-16', 'bytes=0-', '*/*', 'x'.repeat(3000), '100-continue']);
    return { kind: 'http', caller, attack: { method, path: `/api/v1${path}`, headers, body }, messages: 1, made: made.join(' ') };
  }
}

function encode(method: RpcMethod, value: Value): Buffer | undefined {
  try {
    return method.requestSerialize(value as object);
  } catch {
    return undefined; // protobuf cannot say that
  }
}

/** Mostly as gRPC has it. */
function framed(message: Buffer, random: FuzzRandom, made: string[]): Buffer {
  if (!random.percent(4)) return grpcFrame(message);
  const way = random.pick(['compressed', 'gzip', 'deflate', 'too long', 'too short', 'cut', 'no head']);
  made.push(way);
  if (way === 'compressed') return grpcFrame(message, { compressed: 1 });
  if (way === 'gzip') return grpcFrame(gzipSync(Buffer.alloc(100_000)), { compressed: 1 });
  if (way === 'deflate') return grpcFrame(deflateSync(message), { compressed: 1 });
  if (way === 'too long') return grpcFrame(message, { length: random.pick([message.length + 1, 2 ** 21 + 1, 2 ** 31, 2 ** 32 - 1]) });
  if (way === 'too short') return grpcFrame(message, { length: Math.max(0, message.length - 3) });
  return way === 'cut' ? grpcFrame(message).subarray(0, random.below(message.length + 5)) : message;
}

function mutatePath(path: string, random: FuzzRandom, names: Names): string {
  const [route = '', query = ''] = path.split('?');
  const segments = route.split('/');
  if (random.percent(70)) {
    const at = 1 + random.below(segments.length);
    const value = mutateValue('', random, names);
    segments[at] = encodedSegment(String(value), random);
  } else if (random.percent(50)) segments.splice(random.below(segments.length + 1), 0, random.pick(['..', '.', '', '%2e%2e', '%00', 'constructor', '__proto__', '%ff', '%', 'events']));
  const more = random.percent(30) ? random.pick(['limit=99999999999', 'limit=-1', 'after=1e9', 'study[]=a&study=b', 'study[__proto__]=x', 'since=yesterday', 'a=1&'.repeat(300), `subject=${'%00'.repeat(30)}`, `actor=${'x'.repeat(3000)}`, 'limit=1&limit=2', '=', '%']) : '';
  const queries = [query, more].filter((part) => part !== '').join('&');
  return segments.join('/') + (queries === '' ? '' : `?${queries}`);
}

function encodedSegment(text: string, random: FuzzRandom): string {
  return random.percent(90) ? encodeURIComponent(text.toWellFormed()) : text.replaceAll(/[^!-~]/g, '%ff');
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

function httpBody(valid: Value, random: FuzzRandom, names: Names, made: string[]): Buffer {
  const way = random.pick(['values', 'values', 'values', 'values', 'cut', 'deep', 'noise', 'flip', 'keys', 'large', 'proto', 'numbers', 'bom']);
  made.push(way);
  if (way === 'deep') return Buffer.from(random.pick(['[', '{"a":', '[{"config":', '{"model":{"topology":']).repeat(random.pick([50, 5000, 12_000])));
  if (way === 'noise') return random.bytes(random.pick([1, 30, 3000]));
  if (way === 'keys') return Buffer.from(JSON.stringify(Object.fromEntries(Array.from({ length: 4000 }, (_, at) => [`k${at}`, at]))));
  if (way === 'large') return Buffer.alloc(random.pick([70_000, 300_000]), 0x20);
  if (way === 'proto') return Buffer.from('{"__proto__":{"roles":["operator"]},"constructor":{"prototype":{"x":1}}}');
  const json = Buffer.from(JSON.stringify(way === 'values' ? mutateValue(valid, random, names) : valid) ?? '');
  if (way === 'cut') return json.subarray(0, random.below(json.length + 1));
  if (way === 'flip') return mutateWire(json, random).bytes.subarray(0, 100_000);
  if (way === 'numbers') return Buffer.from(json.toString().replaceAll(/\b\d+\b/g, () => random.pick(['1e400', '-0', '9'.repeat(400), '0.1e-400', '01', '1'])));
  return way === 'bom' ? Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]) : json;
}

function note<Result>(made: string[], what: string, result: Result): Result {
  made.push(what);
  return result;
}

function corpusFile<Content>(name: string): Content {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'corpus', name), 'utf8')) as Content;
}
