import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { areSameFingerprint, fingerprintMatches, isKeyFingerprint, keyFingerprint } from '../../shared/statements/key-fingerprint.ts';
import type { ConsentFolder } from './consent-folder.ts';
import { readRecord, recordNames, writeRecord } from './record-file.ts';

/** Whose key a pin is about: a site's, or that of those who lead a study. */
export type KeyHolder = { readonly site: string } | { readonly leadOf: string };

const pinSchema = z.strictObject({
  /** Words or hex, as a person typed it. */
  fingerprint: z.string(),
  by: z.string(),
  pinnedAtMs: z.int(),
});

export type Pin = Readonly<z.output<typeof pinSchema>>;

/** Fingerprints that people compared from hospital to hospital: the only thing here that says who is who. */
export class PinnedKeys {
  readonly #folder: ConsentFolder;
  readonly #clock: Clock;

  constructor(folder: ConsentFolder, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  find(holder: KeyHolder): Promise<Pin | undefined> {
    return readRecord(pinSchema, this.#file(holder));
  }

  async list(): Promise<(KeyHolder & Pin)[]> {
    const holders: KeyHolder[] = [
      ...(await recordNames(this.#folder.pins('sites'))).map((site) => ({ site })),
      ...(await recordNames(this.#folder.pins('lead-keys'))).map((leadOf) => ({ leadOf })),
    ];
    const pins = await Promise.all(holders.map(async (holder) => ({ holder, pin: await this.find(holder) })));
    return pins.flatMap(({ holder, pin }) => (pin ? [{ ...holder, ...pin }] : []));
  }

  /**
   * The same fingerprint may be pinned again under its name, and under no other but those of studies led by one key.
   * @throws invalid-request when the text is no fingerprint, key-pinned-already when another one is pinned, key-of-another
   */
  async pin(holder: KeyHolder, fingerprint: string, by: string): Promise<void> {
    if (!isKeyFingerprint(fingerprint)) throw new ConsiliumError('invalid-request', 'A fingerprint has 12 words, the last of which checks the others, or 64 hexadecimal digits.');
    const present = await this.find(holder);
    if (present && !areSameFingerprint(present.fingerprint, fingerprint)) throw new ConsiliumError('key-pinned-already', `It is the key of ${holderName(holder)}.`);
    if (present) return;
    const other = (await this.list()).find((pinned) => !mayShareKey(pinned, holder) && areSameFingerprint(pinned.fingerprint, fingerprint));
    if (other) throw new ConsiliumError('key-of-another', `It is pinned as the key of ${holderName(other)}.`);
    await writeRecord(this.#file(holder), { fingerprint, by, pinnedAtMs: this.#clock.nowMs() });
  }

  /** Pins a key that is at hand. @throws key-pinned-already when another one is pinned, key-of-another */
  async pinKey(holder: KeyHolder, rawKey: Uint8Array, by: string): Promise<void> {
    const present = await this.find(holder);
    if (!present || !fingerprintMatches(present.fingerprint, rawKey)) await this.pin(holder, keyFingerprint(rawKey).hex, by);
  }

  /** @returns whether there was a pin */
  async unpin(holder: KeyHolder): Promise<boolean> {
    const present = await this.find(holder);
    await rm(this.#file(holder), { force: true });
    return present !== undefined;
  }

  #file(holder: KeyHolder): string {
    const [folder, name] = 'site' in holder ? [this.#folder.pins('sites'), holder.site] : [this.#folder.pins('lead-keys'), holder.leadOf];
    return join(folder, `${name}.json`);
  }
}

/** Those who lead several studies may sign all rosters with one key. */
function mayShareKey(left: KeyHolder, right: KeyHolder): boolean {
  return 'leadOf' in left && 'leadOf' in right;
}

/** `mercy`, or `those who lead heart-disease`. */
export function holderName(holder: KeyHolder): string {
  return 'site' in holder ? holder.site : `those who lead ${holder.leadOf}`;
}
