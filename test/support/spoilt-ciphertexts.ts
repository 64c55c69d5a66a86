import { expandedCiphertextBytes, seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { plainBytes, type SealContext } from '../../shared/ciphertexts/seal-context.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { GroupKey } from '../../site-agent/encryption/group-key.ts';

type Spoil = (fresh: Uint8Array, key: GroupKey) => Uint8Array;

/** What is no ciphertext that may be summed or opened, most of it of a form that SEAL itself loads; made of a fresh one. */
export const spoilt: readonly [title: string, code: ErrorCode, spoil: Spoil][] = [
  ['that is truncated', 'ciphertext-truncated', (fresh) => fresh.slice(0, 20_000)],
  ['that is shorter than a header', 'ciphertext-truncated', (fresh) => fresh.slice(0, 20)],
  ['that is not one', 'ciphertext-malformed', () => new Uint8Array(seededCiphertextBytes).fill(7)],
  ['of another parameter set', 'parameter-set-mismatch', (_fresh, { sealing }) => otherParameterSet(sealing)],
  ['that is transparent', 'ciphertext-transparent', (_fresh, { sealing }) => transparent(sealing)],
  ['of three polynomials', 'ciphertext-size', (_fresh, key) => threePolynomials(key)],
  ['in NTT form', 'ciphertext-form', (fresh, { sealing }) => nttForm(fresh, sealing)],
];

/** Where a serialised ciphertext says how long it is (SEAL 4.1, not compressed). */
const totalBytesAt = 8;

/** Bytes in the place of one of a sum's ciphertexts, which all have one length: cut or filled up, and their header says no more than that. */
export function asSummed(ciphertext: Uint8Array): Buffer {
  const record = Buffer.alloc(expandedCiphertextBytes);
  record.set(ciphertext.subarray(0, record.length));
  if (ciphertext.length > record.length) record.writeBigUInt64LE(BigInt(record.length), totalBytesAt);
  return record;
}

function transparent({ seal, context }: SealContext): Uint8Array {
  using parameters = context.firstParmsId();
  using empty = new seal.Ciphertext(context, parameters, 2);
  empty.resize(2);
  return (empty.saveToArray(seal.ComprModeType.none) as Uint8Array).slice();
}

function threePolynomials({ sealing, encryptor }: GroupKey): Uint8Array {
  const { seal, context, evaluator } = sealing;
  using product = new seal.Ciphertext();
  using one = new seal.Ciphertext(context);
  using plain = new seal.Plaintext(4096);
  encryptor.encryptSymmetric(plain, one);
  evaluator.square(one, product);
  return (product.saveToArray(seal.ComprModeType.none) as Uint8Array).slice();
}

function nttForm(fresh: Uint8Array, { seal, context, evaluator }: SealContext): Uint8Array {
  using ciphertext = new seal.Ciphertext();
  ciphertext.loadFromArray(context, plainBytes(fresh));
  evaluator.cipherTransformToNttInplace(ciphertext);
  return (ciphertext.saveToArray(seal.ComprModeType.none) as Uint8Array).slice();
}

function otherParameterSet({ seal }: SealContext): Uint8Array {
  using parameters = new seal.EncryptionParameters(seal.SchemeType.bfv);
  parameters.setPolyModulusDegree(4096);
  using modulus = seal.CoeffModulus.Create(4096, Int32Array.of(60));
  parameters.setCoeffModulus(modulus);
  using plain = new seal.Modulus(1n << 40n);
  parameters.setPlainModulus(plain);
  using context = new seal.SEALContext(parameters, true, seal.SecLevelType.tc192);
  using generator = new seal.KeyGenerator(context);
  using secretKey = generator.secretKey();
  using publicKey = generator.createPublicKey();
  using encryptor = new seal.Encryptor(context, publicKey, secretKey);
  using zero = encryptor.encryptSymmetricSerializable(new seal.Plaintext(4096));
  return (zero.saveToArray(seal.ComprModeType.none) as Uint8Array).slice();
}
