import { isUtf8 } from 'node:buffer';
import type { MethodDefinition, ServiceDefinition } from '@grpc/grpc-js';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { fieldsOf, type WireField } from '../../shared/wire/services.ts';
import type { MessageBounds } from './message-bounds.ts';

/** In the place of a message that was not decoded. gRPC would call it an internal error; the adapter throws what it holds. */
export class RefusedMessage {
  readonly error: ConsiliumError;

  constructor(error: ConsiliumError) {
    this.error = error;
  }
}

const sizes = new WeakMap<object, number>();

/** How many bytes a message was on the wire. */
export function wireBytes(message: object): number {
  return sizes.get(message) ?? 0;
}

/** A service whose requests are decoded only when they are within their bounds. @throws Error for a call without bounds */
export function boundedService(definition: ServiceDefinition, boundsByPath: Readonly<Record<string, MessageBounds>>): ServiceDefinition {
  return Object.fromEntries(
    Object.entries(definition).map(([name, method]) => {
      const bounds = boundsByPath[method.path];
      if (!bounds) throw new Error(`${method.path} has no line in coordinator/rpc/message-bounds.ts.`);
      return [name, { ...method, requestDeserialize: boundedDecoder(method, bounds) }];
    }),
  );
}

function boundedDecoder({ requestDeserialize, requestType }: MethodDefinition<unknown, unknown> & { requestType?: unknown }, bounds: MessageBounds): (bytes: Buffer) => object {
  const { name } = (requestType as { type: { name: string } }).type;
  return (bytes) => {
    try {
      if (bytes.length > bounds.maxBytes) throw new ConsiliumError('request-too-large', `A message of this call has at most ${bounds.maxBytes} bytes.`);
      new MessageScan(bytes, bounds).message(name, bytes.length);
      const message = requestDeserialize(bytes) as object;
      sizes.set(message, bytes.length);
      return message;
    } catch (error) {
      return new RefusedMessage(error instanceof ConsiliumError ? error : new ConsiliumError('invalid-request', 'A message cannot be read.', { cause: error }));
    }
  };
}

/** Wire types (protobuf.dev, Encoding) of what a field is declared as. */
const varint = 0;
const eightBytes = 1;
const lengthDelimited = 2;
const fourBytes = 5;
const wireTypes: Readonly<Record<string, number>> = { TYPE_STRING: lengthDelimited, TYPE_BYTES: lengthDelimited, TYPE_MESSAGE: lengthDelimited };

/** Walks over a message without making anything of it. Groups, which may nest without end, are refused. */
class MessageScan {
  readonly #bytes: Buffer;
  readonly #bounds: MessageBounds;
  #at = 0;
  #fields = 0;

  constructor(bytes: Buffer, bounds: MessageBounds) {
    this.#bytes = bytes;
    this.#bounds = bounds;
  }

  /** Requests hold no type within itself, so that their definitions bound the depth. */
  message(type: string, end: number): void {
    const known = fieldsOf(type);
    while (this.#at < end) {
      if (++this.#fields > this.#bounds.maxFields) throw malformed(`A message of this call has at most ${this.#bounds.maxFields} fields.`);
      const tag = this.#varint(end);
      const [number, wireType] = [Math.floor(tag / 8), tag % 8];
      if (number === 0) throw malformed('It has a field 0.');
      const field = known.get(number);
      if (field && wireType !== (wireTypes[field.type] ?? varint)) throw malformed(`Its field ${field.name} is not what it should be.`);
      this.#value(wireType, field, end);
    }
  }

  #value(wireType: number, field: WireField | undefined, end: number): void {
    if (wireType === varint) return void this.#varint(end);
    if (wireType !== lengthDelimited && wireType !== eightBytes && wireType !== fourBytes) throw malformed('It has a field of a kind that nothing here uses.');
    const length = wireType === lengthDelimited ? this.#varint(end) : wireType === eightBytes ? 8 : 4;
    const valueEnd = this.#at + length;
    if (valueEnd > end) throw malformed('It is cut short.');
    if (field?.type === 'TYPE_MESSAGE') this.message(field.typeName, valueEnd);
    else if (field?.type === 'TYPE_STRING') this.#text(field, valueEnd);
    this.#at = valueEnd;
  }

  #text({ name }: WireField, end: number): void {
    const { maxTextBytes } = this.#bounds;
    if (end - this.#at > maxTextBytes) throw malformed(`Its field ${name} has more than ${maxTextBytes} bytes.`);
    if (!isUtf8(this.#bytes.subarray(this.#at, end))) throw malformed(`Its field ${name} is not UTF-8.`);
  }

  #varint(end: number): number {
    let value = 0;
    for (let bytes = 0; bytes < 10; bytes++) {
      if (this.#at >= end) throw malformed('It is cut short.');
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 0x7f) * 2 ** (7 * bytes);
      if (byte < 0x80) return value;
    }
    throw malformed('It has a number that does not end.');
  }
}

function malformed(detail: string): ConsiliumError {
  return new ConsiliumError('invalid-request', detail);
}
