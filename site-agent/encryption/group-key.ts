import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { plainBytes, sealContext, sealMessage, type SealContext } from '../../shared/ciphertexts/seal-context.ts';
import { MacKey, macKeyBytes } from './mac-key.ts';

type Seal = SealContext['seal'];

/** Bytes of a BFV secret key as SEAL saves it, without compression. */
const secretKeyBytes = 32_856;

/**
 * The key of one epoch, shared by its member sites and nobody else: a BFV secret key, which opens sums, and a MAC key, which says
 * whether a sum may be opened. Nothing outside this folder can name it; the handles live in WASM memory until the key is disposed of.
 */
export class GroupKey implements Disposable {
  readonly sealing: SealContext;
  readonly macKey: MacKey;
  readonly encryptor: InstanceType<Seal['Encryptor']>;
  readonly decryptor: InstanceType<Seal['Decryptor']>;
  readonly #secretKey: InstanceType<Seal['SecretKey']>;
  readonly #held: DisposableStack;

  /** Owns both keys from here on, also when it throws. */
  constructor(sealing: SealContext, macKey: MacKey, secretKey: InstanceType<Seal['SecretKey']>) {
    const { seal, context } = sealing;
    using held = new DisposableStack();
    this.sealing = sealing;
    this.macKey = held.use(macKey);
    this.#secretKey = held.use(secretKey);
    using generator = new seal.KeyGenerator(context, secretKey);
    using publicKey = generator.createPublicKey();
    this.encryptor = held.use(new seal.Encryptor(context, publicKey, secretKey));
    this.decryptor = held.use(new seal.Decryptor(context, secretKey));
    this.#held = held.move();
  }

  /** A fresh key from the platform's randomness. */
  static async make(): Promise<GroupKey> {
    const sealing = await sealContext();
    using generator = new sealing.seal.KeyGenerator(sealing.context);
    return new GroupKey(sealing, MacKey.make(), generator.secretKey());
  }

  /** @throws group-key-refused when the bytes are not a secret key of our parameter set and a MAC key after it */
  static async load(bytes: Uint8Array): Promise<GroupKey> {
    if (bytes.length !== secretKeyBytes + macKeyBytes) throw new ConsiliumError('group-key-refused', 'It is not as long as a group key.');
    const sealing = await sealContext();
    using held = new DisposableStack();
    const macKey = held.use(new MacKey(bytes.subarray(secretKeyBytes)));
    const secretKey = held.use(new sealing.seal.SecretKey());
    try {
      secretKey.loadFromArray(sealing.context, plainBytes(bytes.subarray(0, secretKeyBytes)));
    } catch (thrown) {
      throw new ConsiliumError('group-key-refused', 'It is not a key of this parameter set.', { cause: sealMessage(thrown) });
    }
    held.move(); // They are the group key's now.
    return new GroupKey(sealing, macKey, secretKey);
  }

  /** The secret itself, to be sealed or stored at the site; the caller wipes the buffer after use. */
  secretBytes(): Buffer {
    const saved = this.#secretKey.saveToArray(this.sealing.seal.ComprModeType.none) as Uint8Array;
    const secret = Buffer.alloc(secretKeyBytes + macKeyBytes);
    secret.set(saved);
    saved.fill(0);
    this.macKey.copyTo(secret.subarray(secretKeyBytes));
    return secret;
  }

  [Symbol.dispose](): void {
    this.#held.dispose();
  }
}

/** SHA-256 of a group key's bytes: names the key without telling anything about it (it holds 4,096 random ternary digits and 256 random bits). */
export function groupKeyHash(secretBytes: Uint8Array): string {
  return sha256Hex('consilium/group-key-hash/v1', secretBytes);
}
