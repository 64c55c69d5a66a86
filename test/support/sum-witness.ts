import { createReadStream, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededCiphertextBytes } from '../../shared/ciphertexts/parameter-set.ts';
import { ciphertextRecords } from '../../shared/ciphertexts/ciphertext-records.ts';
import type { Round } from '../../coordinator/rounds/round.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { laneWidths } from '../../shared/studies/lanes.ts';
import { planSchema } from '../../shared/studies/plan.ts';
import { uint32FromBytes } from '../../shared/payloads/little-endian.ts';
import type { RoundPurpose } from '../../shared/studies/round-purpose.ts';
import { GroupKey } from '../../site-agent/encryption/group-key.ts';
import { decryptLanes } from '../../site-agent/encryption/sum-decryption.ts';
import type { RunEvents } from '../../coordinator/runs/run-events.ts';
import type { Federation } from './federation.ts';

export interface WitnessedSum {
  readonly round: string;
  readonly purpose: RoundPurpose;
  readonly part: Part;
  readonly contributors: number;
  /** Integer sum of the lanes that each contributor sealed. */
  readonly contributed: Uint32Array;
  /** The lane sums that decryptors signed and the coordinator has on disk. */
  readonly opened: Uint32Array;
}

/** What a witness needs of a federation. */
type Witnessed = Pick<Federation, 'store' | 'siteFolder' | 'coordinatorFolder'> & { readonly coordinator: { readonly events: Pick<RunEvents, 'listen'> } };

/** Copies the group key of each epoch from a member's key ring as rounds begin, and so can open every single contribution. */
export class SumWitness implements Disposable {
  readonly #federation: Witnessed;
  readonly #keys = new Map<number, Buffer>();
  readonly #subscription: Disposable;

  constructor(federation: Witnessed, member: string) {
    this.#federation = federation;
    this.#subscription = federation.coordinator.events.listen(({ event, run, epoch }) => {
      if (event === 'run-keyed') this.#keys.set(epoch as number, readFileSync(groupKeyFile(federation, member, run)));
    });
  }

  /** Every part of every published round of a run. */
  async sums(run: string): Promise<WitnessedSum[]> {
    const { runs, studies, rounds, manifests, decryptions } = this.#federation.store.read;
    const study = await studies.find((await runs.find(run))!.study);
    const width = laneWidths[planSchema.parse(JSON.parse(Buffer.from(study!.planJson).toString())).aggregation.lanes];
    const witnessed: WitnessedSum[] = [];
    for (const round of (await rounds.list(run)).filter(({ state }) => state === 'PUBLISHED')) {
      using key = await GroupKey.load(this.#keys.get(await this.#epochOf(round)) as Buffer);
      const answer = agreedAnswer(await decryptions.list(round.id));
      for (const { manifest: { part, contributions } } of await manifests.list(round.id)) {
        const opened = uint32FromBytes(await readFile(payloadFile(this.#federation, answer[part] as string)));
        const contributed = new Uint32Array(opened.length);
        for (const { digest } of contributions) {
          const ciphertexts = ciphertextRecords(createReadStream(payloadFile(this.#federation, digest)), seededCiphertextBytes);
          (await decryptLanes(key, ciphertexts, { lanes: opened.length, width })).forEach((lane, index) => (contributed[index]! += lane));
        }
        witnessed.push({ round: round.id, purpose: round.purpose, part, contributors: contributions.length, contributed, opened });
      }
    }
    return witnessed;
  }

  /** Number of the epoch in which a round was held. */
  async #epochOf({ run, number }: Round): Promise<number> {
    const { epochs } = this.#federation.store.read;
    let epoch = (await epochs.findByRun(run))!;
    while (epoch.start.round > number) epoch = (await epochs.before(epoch))!;
    return epoch.number;
  }

  [Symbol.dispose](): void {
    this.#subscription[Symbol.dispose]();
  }
}

export function groupKeyFile(federation: Pick<Federation, 'siteFolder'>, site: string, run: string): string {
  return join(federation.siteFolder(site), 'state', 'keys', run, 'group-key');
}

export function payloadFile({ coordinatorFolder }: Pick<Federation, 'coordinatorFolder'>, digest: string): string {
  return join(coordinatorFolder, 'payloads', digest.slice(0, 2), digest.slice(2));
}

function agreedAnswer(decryptions: readonly { answer: { sumDigests: Partial<Record<Part, string>> } | null }[]): Partial<Record<Part, string>> {
  const answers = decryptions.flatMap(({ answer }) => (answer ? [answer.sumDigests] : []));
  const agreed = answers.find((answer, index) => answers.some((other, at) => at !== index && JSON.stringify(other) === JSON.stringify(answer)));
  if (!agreed) throw new Error('No two decryptors agree.');
  return agreed;
}
