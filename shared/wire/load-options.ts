/**
 * How protobuf messages look in TypeScript; the generated types follow the same options.
 *
 * 64-bit fields become `number`. They hold sizes, counts and milliseconds, all below 2^53; what may be
 * larger (sums, seeds) travels as `bytes`. Enums are their names, unset fields have their default value.
 */
export const loadOptions = {
  keepCase: false,
  longs: Number,
  enums: String,
  defaults: true,
  oneofs: true,
} as const;
