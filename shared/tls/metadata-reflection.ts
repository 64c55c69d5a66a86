/**
 * @peculiar/x509 registers its algorithms with tsyringe, which refuses to load without the metadata
 * functions of a decorator proposal that never became part of the language. Nothing there reads what they store.
 */
const reflect = Reflect as typeof Reflect & Record<'getMetadata' | 'getOwnMetadata' | 'defineMetadata', (() => void) | undefined>;
reflect.getMetadata ??= () => undefined;
reflect.getOwnMetadata ??= () => undefined;
reflect.defineMetadata ??= () => undefined;
