import type { SealContext } from './seal-context.ts';

/** A SEAL ciphertext in WASM memory: free it with `using` or `delete()`. */
export type Ciphertext = InstanceType<SealContext['seal']['Ciphertext']>;
