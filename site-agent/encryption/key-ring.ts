import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { eraseFile } from '../../shared/files/erased-file.ts';
import { ciphertextCount, type LaneWidth } from '../../shared/layouts/lane-packing.ts';
import type { LaneSource } from '../../shared/layouts/vector-encoding.ts';
import { OneAtATime } from '../../shared/one-at-a-time.ts';
import type { EpochIdentity } from '../../shared/statements/run-statements.ts';
import { ciphertextsOf, type SumFile } from './cipher-job.ts';
import { decryptOnThreads, isForThreads, ThreadedCiphertexts, verifyOnThreads } from './cipher-threads.ts';
import { TaggedCiphertexts, verifyAggregate, type TaggedContribution, type Tagging } from './contribution-tag.ts';
import { GroupKey, groupKeyHash } from './group-key.ts';
import { makeEpochKeyPair, openGroupKey, sealGroupKey, type SealedGroupKey } from './group-key-sealing.ts';
import { decryptLanes } from './sum-decryption.ts';
import { encryptLanes } from './vector-encryption.ts';

/** Epochs are counted one by one, and by a restored coordinator on from the time in seconds: none is ahead of the time. Clocks may differ by this. */
const daySeconds = 86_400;

/**
 * The group keys that this site holds, one for each run, and the only way to use them. Keys are files that only the
 * agent's user can read, are never handed out, and are erased when their run ends.
 */
export class KeyRing implements Disposable {
  readonly #folder: string;
  readonly #onDecryption: () => void;
  readonly #open = new Map<string, GroupKey>();
  readonly #clock: Clock;
  readonly #claims = new OneAtATime();

  /** @param onDecryption called before a secret key is put to a ciphertext */
  constructor(folder: string, onDecryption: () => void = () => undefined, clock: Clock = systemClock) {
    this.#folder = folder;
    this.#onDecryption = onDecryption;
    this.#clock = clock;
  }

  /** Runs of which an epoch was claimed and nothing erased yet. */
  async runs(): Promise<string[]> {
    const names = await readdir(this.#folder, { withFileTypes: true }).catch(() => []);
    return names.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  }

  /**
   * Takes note of a run's epoch; the same one may be claimed again. Call it when the run is offered, before anything that takes
   * time: runs begin side by side, and whichever is ready first must not make the others' epochs look old.
   *
   * A run's later epoch takes the place of its earlier one, whose keys are erased.
   *
   * @param assertAllowed what speaks against the epoch: a claim cannot be taken back. Waited for in the order of the calls
   * @throws what `assertAllowed` throws; epoch-not-growing when a later epoch was claimed before, by the run or by another one;
   *   epoch-too-far
   */
  claimEpoch({ run, epoch }: Pick<EpochIdentity, 'run' | 'epoch'>, assertAllowed: () => Promise<void> = async () => undefined): Promise<void> {
    return this.#claims.run(async () => {
      await assertAllowed();
      await this.#claim(run, epoch);
    });
  }

  /** This site's X25519 public key for an epoch; the same one when asked again. @throws what claimEpoch throws */
  async epochPublicKey({ run, epoch }: EpochIdentity): Promise<Uint8Array> {
    await this.claimEpoch({ run, epoch });
    const known = await readIfThere(this.#file(run, 'epoch-public-key'));
    if (known) return known;
    using secrets = new DisposableStack();
    const { publicKey, privateKey } = await makeEpochKeyPair();
    secrets.adopt(privateKey, wipe);
    await writeDurableFile(this.#file(run, 'epoch-private-key'), privateKey);
    await writeDurableFile(this.#file(run, 'epoch-public-key'), publicKey);
    return publicKey;
  }

  /** Makes the epoch's group key (the same one when asked again) and seals it to each other member. */
  async makeGroupKey(
    identity: EpochIdentity,
    custodian: string,
    recipients: readonly { readonly site: string; readonly publicKey: Uint8Array }[],
  ): Promise<{ groupKeyHash: string; boxes: ({ recipient: string } & SealedGroupKey)[] }> {
    using secrets = new DisposableStack();
    const held = await readIfThere(this.#file(identity.run, 'group-key'));
    const secret = secrets.adopt(held ?? (await freshSecret()), wipe);
    if (!held) await this.#keep(identity.run, secret);
    const hash = groupKeyHash(secret);
    const boxes = [];
    for (const { site, publicKey } of recipients) {
      boxes.push({ recipient: site, ...(await sealGroupKey(secret, publicKey, { ...identity, custodian, recipient: site, groupKeyHash: hash })) });
    }
    return { groupKeyHash: hash, boxes };
  }

  /** Opens the group key that the custodian sealed to this site and keeps it. @throws group-key-refused */
  async openGroupKey(identity: EpochIdentity, custodian: string, recipient: string, hash: string, box: SealedGroupKey): Promise<void> {
    using secrets = new DisposableStack();
    const held = await readIfThere(this.#file(identity.run, 'group-key'));
    if (held) {
      secrets.adopt(held, wipe);
      if (groupKeyHash(held) !== hash) throw new ConsiliumError('group-key-refused', 'The site holds another key for this epoch.');
      return;
    }
    const privateKey = await readIfThere(this.#file(identity.run, 'epoch-private-key'));
    if (!privateKey) throw new ConsiliumError('group-key-refused', 'The site made no key for this epoch.');
    secrets.adopt(privateKey, wipe);
    const secret = secrets.adopt(await openGroupKey(box, privateKey, { ...identity, custodian, recipient, groupKeyHash: hash }), wipe);
    await this.#keep(identity.run, secret);
  }

  /** Ciphertexts of a vector under the run's group key, in order, and then their tag. Lanes are taken as they are encrypted. @throws group-key-refused when no key is held */
  async encrypt(run: string, lanes: LaneSource, width: LaneWidth, tagging: Tagging): Promise<AsyncIterable<Uint8Array> & { readonly tag: Uint8Array }> {
    const key = await this.#key(run);
    if (isForThreads({ lanes: lanes.length, width })) return new ThreadedCiphertexts(key, lanes, width, tagging);
    return new TaggedCiphertexts(key, encryptLanes(key, lanes.take(lanes.length), width), tagging);
  }

  /**
   * Whether summed ciphertexts are the sum of exactly these contributions; comes before `decrypt`, and uses no key that opens anything.
   * Who gets `false` has to stop using the run's key: see verifyAggregate.
   *
   * @throws group-key-refused, and all errors of verifyAggregate
   */
  async verifySum(run: string, sum: SumFile, context: Uint8Array, contributions: readonly TaggedContribution[]): Promise<boolean> {
    const key = await this.#key(run);
    if (isForThreads(sum)) return verifyOnThreads(key, sum, context, contributions);
    return verifyAggregate(key, { ciphertexts: ciphertextsOf(sum), count: ciphertextCount(sum) }, context, contributions);
  }

  /** Lane sums behind summed ciphertexts. @throws group-key-refused, and all errors of decryptLanes */
  async decrypt(run: string, sum: SumFile): Promise<Uint32Array> {
    const key = await this.#key(run);
    if (isForThreads(sum)) return decryptOnThreads(key, sum, this.#onDecryption);
    return decryptLanes(key, ciphertextsOf(sum), sum, this.#onDecryption);
  }

  /** Erases everything held for a run. */
  async erase(run: string): Promise<void> {
    this.#open.get(run)?.[Symbol.dispose]();
    this.#open.delete(run);
    await eraseFile(this.#file(run, 'group-key'));
    await eraseFile(this.#file(run, 'epoch-private-key'));
    await rm(join(this.#folder, run), { recursive: true, force: true });
  }

  [Symbol.dispose](): void {
    for (const key of this.#open.values()) key[Symbol.dispose]();
    this.#open.clear();
  }

  /** With the group key in hand the epoch's private key has done its work. */
  async #keep(run: string, secret: Uint8Array): Promise<void> {
    await writeDurableFile(this.#file(run, 'group-key'), secret);
    await eraseFile(this.#file(run, 'epoch-private-key'));
  }

  async #key(run: string): Promise<GroupKey> {
    const known = this.#open.get(run);
    if (known) return known;
    using secrets = new DisposableStack();
    const secret = await readIfThere(this.#file(run, 'group-key'));
    if (!secret) throw new ConsiliumError('group-key-refused', `The site holds no group key for ${run}.`);
    const key = await GroupKey.load(secrets.adopt(secret, wipe));
    this.#open.set(run, key);
    return key;
  }

  /** The run's own file comes first: a crash before the second one loses no claim. */
  async #claim(run: string, epoch: number): Promise<void> {
    const file = join(this.#folder, 'highest-epoch');
    const highest = Number((await readIfThere(file))?.toString() ?? 0);
    const claimed = Number((await readIfThere(this.#file(run, 'epoch')))?.toString() ?? 0);
    const seen = Math.max(highest, claimed);
    if (epoch > this.#clock.nowMs() / 1000 + daySeconds) throw new ConsiliumError('epoch-too-far', `It is ${epoch}.`);
    if (claimed !== epoch && epoch <= seen) throw new ConsiliumError('epoch-not-growing', `It is ${epoch}, and ${seen} was seen.`);
    if (claimed !== epoch) {
      await this.erase(run);
      await writeDurableFile(this.#file(run, 'epoch'), String(epoch));
    }
    if (epoch > highest) await writeDurableFile(file, String(epoch));
  }

  #file(run: string, name: 'epoch' | 'epoch-private-key' | 'epoch-public-key' | 'group-key'): string {
    return join(this.#folder, run, name);
  }
}

async function freshSecret(): Promise<Buffer> {
  using key = await GroupKey.make();
  return key.secretBytes();
}

function wipe(secret: Uint8Array): void {
  secret.fill(0);
}
