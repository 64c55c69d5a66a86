import SEAL from 'node-seal';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { parameterSet } from './parameter-set.ts';

type Seal = Awaited<ReturnType<typeof SEAL>>;

/** SEAL's WASM module and the one context, made once for each process (20 ms) and never freed. */
export interface SealContext {
  readonly seal: Seal;
  readonly context: InstanceType<Seal['SEALContext']>;
  readonly evaluator: InstanceType<Seal['Evaluator']>;
  /** Identifies the parameter set inside every serialised ciphertext: 32 bytes. */
  readonly parametersId: Buffer;
}

let loading: Promise<SealContext> | undefined;

export function sealContext(): Promise<SealContext> {
  loading ??= load();
  return loading;
}

async function load(): Promise<SealContext> {
  const seal = await SEAL();
  using parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  using prime = new seal.Modulus(parameterSet.coefficientModulus);
  using coefficientModulus = new seal.VectorModulus();
  coefficientModulus.push_back(prime);
  using plainModulus = new seal.Modulus(parameterSet.plainModulus);
  parameters.setPolyModulusDegree(parameterSet.polyModulusDegree);
  parameters.setCoeffModulus(coefficientModulus);
  parameters.setPlainModulus(plainModulus);
  const context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc192);
  if (!context.parametersSet()) throw new ConsiliumError('internal', 'SEAL refuses the parameter set at 192 bits of security.');
  using id = context.firstParmsId();
  const words = id.values() as BigUint64Array;
  return {
    seal,
    context,
    evaluator: new seal.Evaluator(context),
    parametersId: Buffer.from(words.slice().buffer),
  };
}

/** What SEAL says is wrong; it throws WebAssembly exceptions that carry [type, text]. */
export function sealMessage(thrown: unknown): string {
  const message: unknown = (thrown as { message?: unknown }).message;
  return Array.isArray(message) ? message.join(': ') : String(message);
}

/** SEAL's bindings take plain byte arrays only, not Node's buffers; the view shares the memory. */
export function plainBytes(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
