import { globSync } from 'node:fs';
import { join } from 'node:path';
import { loadSync, type MethodDefinition } from '@grpc/proto-loader';
import { loadOptions } from '../../shared/wire/load-options.ts';

const protoFolder = join(import.meta.dirname, '../../proto');
const definitions = loadSync(globSync('consilium/v1/*.proto', { cwd: protoFolder }), { ...loadOptions, includeDirs: [protoFolder] });

interface FieldDescriptor {
  readonly name: string;
  readonly number: number;
  readonly type: string;
  readonly typeName: string;
}

export interface WireField {
  /** Dotted, from the request: `header.ledgerHead.hash`; entries of a list share one. */
  readonly path: string;
  /** Text, bytes, or an integer or enum's number. */
  readonly value: string | Buffer | bigint;
}

export interface WireMethod {
  /** `Service.Method` */
  readonly name: string;
  readonly request: string;
  readonly decode: (message: Buffer) => object;
}

/** Every call on the wire, by its HTTP/2 path. */
export const wireMethods: ReadonlyMap<string, WireMethod> = new Map(
  Object.entries(definitions)
    .filter(([, definition]) => !('format' in definition))
    .flatMap(([, service]) => Object.values(service as Record<string, MethodDefinition<object, object>>))
    .map(({ path, requestType, requestDeserialize }) => [path, { name: path.slice('/consilium.v1.'.length).replace('/', '.'), request: nameOf(requestType.type), decode: requestDeserialize }]),
);

/** Paths of all fields that a message of this type can hold. */
export function possiblePaths(type: string, prefix = ''): string[] {
  return fieldsOf(type).flatMap(({ name, type: kind, typeName }) => (kind === 'TYPE_MESSAGE' ? possiblePaths(typeName, `${prefix}${name}.`) : [`${prefix}${name}`]));
}

/**
 * Every field that is in the bytes of a message, read from the bytes themselves. So nothing can hide in a field that a
 * decoder passes over.
 * @throws Error for a field that the proto definitions do not have
 */
export function wireFields(type: string, message: Buffer, prefix = ''): WireField[] {
  const found: WireField[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = message.readUInt8(at++);
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = Number(varint());
    const field = fieldsOf(type).find(({ number }) => number === tag >> 3);
    if (!field) throw new Error(`${type} has no field ${tag >> 3}.`);
    const path = prefix + field.name;
    if ((tag & 7) === 0) {
      found.push({ path, value: varint() });
      continue;
    }
    if ((tag & 7) !== 2) throw new Error(`${path} has wire type ${tag & 7}, which nothing here uses.`);
    const end = Number(varint()) + at;
    if (end > message.length) throw new Error(`${path} goes on past its message.`);
    const content = message.subarray(at, end);
    at = end;
    if (field.type === 'TYPE_MESSAGE') found.push(...wireFields(field.typeName, content, `${path}.`));
    else found.push({ path, value: field.type === 'TYPE_STRING' ? content.toString('utf8') : content });
  }
  return found;
}

function fieldsOf(type: string): readonly FieldDescriptor[] {
  const definition = definitions[`consilium.v1.${type}`];
  if (!definition || !('type' in definition)) throw new Error(`There is no message ${type}.`);
  return (definition.type as { field: FieldDescriptor[] }).field;
}

function nameOf(type: object): string {
  return (type as { name: string }).name;
}
