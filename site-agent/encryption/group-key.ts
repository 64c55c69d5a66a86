import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { plainBytes, sealContext, sealMessage, type SealContext } from '../../shared/ciphertexts/seal-context.ts';

type Seal = SealContext['seal'];

/**
 * The key of one epoch, shared by its member sites and nobody else. Nothing outside this folder can name it;
 * the handles live in WASM memory until the key is disposed of.
 */
export class GroupKey implements Disposable {
  readonly sealing: SealContext;
  readonly encryptor: InstanceType<Seal['Encryptor']>;
  readonly decryptor: InstanceType<Seal['Decryptor']>;
  readonly #secretKey: InstanceType<Seal['SecretKey']>;

  constructor(sealing: SealContext, secretKey: InstanceType<Seal['SecretKey']>) {
    const { seal, context } = sealing;
    this.sealing = sealing;
    this.#secretKey = secretKey;
    using generator = new seal.KeyGenerator(context, secretKey);
    using publicKey = generator.createPublicKey();
    this.encryptor = new seal.Encryptor(context, publicKey, secretKey);
    this.decryptor = new seal.Decryptor(context, secretKey);
  }

  /** A fresh key from the platform's randomness. */
  static async make(): Promise<GroupKey> {
    const sealing = await sealContext();
    using generator = new sealing.seal.KeyGenerator(sealing.context);
    return new GroupKey(sealing, generator.secretKey());
  }

  /** @throws group-key-refused when the bytes are not a secret key of our parameter set. */
  static async load(bytes: Uint8Array): Promise<GroupKey> {
    const sealing = await sealContext();
    const secretKey = new sealing.seal.SecretKey();
    try {
      secretKey.loadFromArray(sealing.context, plainBytes(bytes));
    } catch (thrown) {
      secretKey.delete();
      throw new ConsiliumError('group-key-refused', 'It is not a key of this parameter set.', { cause: sealMessage(thrown) });
    }
    return new GroupKey(sealing, secretKey);
  }

  /** The secret itself, to be sealed or stored at the site; the caller wipes the buffer after use. */
  secretBytes(): Buffer {
    const { seal } = this.sealing;
    return Buffer.from(this.#secretKey.saveToArray(seal.ComprModeType.none) as Uint8Array);
  }

  [Symbol.dispose](): void {
    this.encryptor.delete();
    this.decryptor.delete();
    this.#secretKey.delete();
  }
}

/** SHA-256 of a group key's bytes: names the key without telling anything about it (it holds 4,096 random ternary digits). */
export function groupKeyHash(secretBytes: Uint8Array): string {
  return sha256Hex('consilium/group-key-hash/v1', secretBytes);
}
