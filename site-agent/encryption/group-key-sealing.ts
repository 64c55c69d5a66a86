import { Aes256Gcm, CipherSuite, DhkemX25519HkdfSha256, HkdfSha256 } from '@hpke/core';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { identityFields, type EpochIdentity } from '../../shared/statements/run-statements.ts';
import { encodeStatement } from '../../shared/statements/statement.ts';
import { groupKeyHash } from './group-key.ts';

/** What a sealed group key is bound to: a box made for another federation, epoch, roster or recipient does not open. */
export interface SealedKeyBinding extends EpochIdentity {
  readonly custodian: string;
  readonly recipient: string;
  /** Hash of the key inside. */
  readonly groupKeyHash: string;
}

/** An HPKE box (RFC 9180, base mode): X25519 encapsulation (32 bytes) and the AES-256-GCM ciphertext. */
export interface SealedGroupKey {
  readonly encapsulation: Uint8Array;
  readonly ciphertext: Uint8Array;
}

const suite = new CipherSuite({ kem: new DhkemX25519HkdfSha256(), kdf: new HkdfSha256(), aead: new Aes256Gcm() });

/** A fresh X25519 key pair for one epoch: the private key is erased once the epoch's group key is opened. */
export async function makeEpochKeyPair(): Promise<{ publicKey: Uint8Array; privateKey: Uint8Array }> {
  const pair = await suite.kem.generateKeyPair();
  return {
    publicKey: new Uint8Array(await suite.kem.serializePublicKey(pair.publicKey)),
    privateKey: new Uint8Array(await suite.kem.serializePrivateKey(pair.privateKey)),
  };
}

/** The HPKE `info`: the recipient derives another key, and the box does not open, when any of it differs. */
function sealingInfo(binding: SealedKeyBinding): ArrayBuffer {
  return arrayBuffer(encodeStatement('consilium/sealed-group-key/v1', [
    ...identityFields(binding),
    ['custodian', binding.custodian],
    ['recipient', binding.recipient],
    ['group-key-hash', binding.groupKeyHash],
  ]));
}

export async function sealGroupKey(secretBytes: Uint8Array, recipientPublicKey: Uint8Array, binding: SealedKeyBinding): Promise<SealedGroupKey> {
  const sender = await suite.createSenderContext({
    recipientPublicKey: await suite.kem.deserializePublicKey(arrayBuffer(recipientPublicKey)),
    info: sealingInfo(binding),
  });
  const secret = new Uint8Array(secretBytes);
  try {
    const ciphertext = await sender.seal(secret.buffer);
    return { encapsulation: new Uint8Array(sender.enc), ciphertext: new Uint8Array(ciphertext) };
  } finally {
    secret.fill(0);
  }
}

/** @throws group-key-refused when the box does not open under this binding or holds another key than it names. */
export async function openGroupKey(box: SealedGroupKey, recipientPrivateKey: Uint8Array, binding: SealedKeyBinding): Promise<Buffer> {
  const privateKey = new Uint8Array(recipientPrivateKey);
  let secretBytes: Buffer;
  try {
    const recipient = await suite.createRecipientContext({
      recipientKey: await suite.kem.deserializePrivateKey(privateKey.buffer),
      enc: arrayBuffer(box.encapsulation),
      info: sealingInfo(binding),
    });
    secretBytes = Buffer.from(await recipient.open(arrayBuffer(box.ciphertext)));
  } catch (cause) {
    throw new ConsiliumError('group-key-refused', 'The box does not open for this site and epoch.', { cause });
  } finally {
    privateKey.fill(0);
  }
  if (groupKeyHash(secretBytes) !== binding.groupKeyHash) {
    secretBytes.fill(0);
    throw new ConsiliumError('group-key-refused', 'The box holds another key than the one announced.');
  }
  return secretBytes;
}

function arrayBuffer(bytes: Uint8Array): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
