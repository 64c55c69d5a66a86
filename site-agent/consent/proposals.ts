import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { readIfThere, writeDurableFile } from '../../shared/files/durable-file.ts';
import { rosterHash, type SignedRoster } from '../../shared/statements/roster.ts';
import { signedRosterFromJson, signedRosterJsonSchema, signedRosterToJson } from '../../shared/statements/roster-json.ts';
import { checkPlan, type CheckedPlan } from '../../shared/studies/checked-plan.ts';
import type { ConsentFolder } from './consent-folder.ts';
import { readRecord, recordNames, writeRecord } from './record-file.ts';
import type { StudyTerms, Terms } from './standing.ts';

const proposalSchema = z.strictObject({ study: z.string(), planHash: z.string(), rosterHash: z.string(), receivedAtMs: z.int() });

export type ProposalRecord = Readonly<z.output<typeof proposalSchema>>;

/** A study as it was proposed to this site last, with its plan and its roster. */
export interface Proposal extends ProposalRecord, CheckedPlan {
  readonly roster: SignedRoster;
}

/** The newest proposal of each study; plans and rosters, also the earlier ones, are kept by their hashes. */
export class Proposals {
  readonly #folder: ConsentFolder;
  readonly #clock: Clock;

  constructor(folder: ConsentFolder, clock: Clock) {
    this.#folder = folder;
    this.#clock = clock;
  }

  studies(): Promise<string[]> {
    return recordNames(this.#folder.proposals);
  }

  /** @throws study-not-proposed */
  async get(study: string): Promise<Proposal> {
    const record = await this.find(study);
    const planJson = record && (await readIfThere(this.#folder.plan(record.planHash)));
    const roster = record && (await this.roster(record.rosterHash));
    if (!planJson || !roster) throw new ConsiliumError('study-not-proposed', `It is ${study}.`);
    return { ...record, ...(await checkPlan(planJson)), roster };
  }

  async find(study: string): Promise<ProposalRecord | undefined> {
    return readRecord(proposalSchema, this.#folder.proposal(study));
  }

  /** A roster that was proposed at some time. */
  async roster(hash: string): Promise<SignedRoster | undefined> {
    const json = await readRecord(signedRosterJsonSchema, this.#folder.roster(hash));
    return json && signedRosterFromJson(json);
  }

  /** Keeps what was proposed; the record comes last, because what it names has to be there. */
  async keep(planJson: Uint8Array, roster: SignedRoster): Promise<void> {
    const { study, planHash } = roster;
    const hash = rosterHash(roster);
    await writeDurableFile(this.#folder.plan(planHash), planJson);
    await writeRecord(this.#folder.roster(hash), signedRosterToJson(roster));
    const record: ProposalRecord = { study, planHash, rosterHash: hash, receivedAtMs: this.#clock.nowMs() };
    await writeRecord(this.#folder.proposal(study), record);
  }

  /** Takes note that a person was shown a study on these terms. */
  markShown({ study, planHash, rosterHash }: StudyTerms): Promise<void> {
    return writeRecord(this.#folder.shown(study), { planHash, rosterHash });
  }

  /** On which terms a person was shown a study last. */
  shown(study: string): Promise<Terms | undefined> {
    return readRecord(z.strictObject({ planHash: z.string(), rosterHash: z.string() }), this.#folder.shown(study));
  }
}
