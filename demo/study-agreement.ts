import { join } from 'node:path';
import { z } from 'zod';
import type { CoordinatorClient } from '../cli/coordinator-client.ts';
import { main as consilium } from '../cli/main.ts';
import { everyoneDecided } from '../cli/study-decision-wait.ts';
import { studyResource } from '../shared/http-api/study-resource.ts';
import type { DemoFolder } from './demo-folder.ts';
import { HospitalStaff } from './hospital-staff.ts';
import { typedCommand } from './typed-command.ts';

export interface StudyAgreementOptions {
  readonly client: CoordinatorClient;
  readonly folder: DemoFolder;
  /** The hospitals' names. */
  readonly sites: readonly string[];
  readonly planJson: Uint8Array;
  readonly signal: AbortSignal;
  /** Told what each party does, a line each. */
  readonly note: (text: string) => void;
  readonly onProgress: (text: string) => void;
}

const leadKeySchema = z.object({ words: z.string() });

/** Plays the parties that have to agree before a study can run, with the commands that they type. @returns the study's name */
export async function agreeOnStudy({ client, folder, sites, planJson, signal, note, onProgress }: StudyAgreementOptions): Promise<string> {
  const type = (...args: string[]) => typedCommand(consilium, 'consilium', ['--connection', folder.connection, ...args], signal);
  const hospitals = sites.map((site) => new HospitalStaff(site, join(folder.sites, site), signal));
  note('The hospitals read the fingerprints of their keys to each other, and each pins what it heard: the coordinator cannot slip in a made-up one.');
  await compareKeys(hospitals);
  note('The data-science team submits the plan, and signs who its members are with a key that the coordinator never has.');
  const { name } = await client.post('/studies', planJson, studyResource);
  const { words } = leadKeySchema.parse(await type('study', 'keygen', folder.leadKey));
  await type('study', 'roster', name, '--key', folder.leadKey, '--yes');
  note('Each hospital compares that key as well, looks at the plan and the members, approves exactly these, and signs its answer.');
  for (const hospital of hospitals) {
    await hospital.pinLead(name, words);
    await hospital.approve(name);
  }
  await everyoneDecided(client, name, onProgress);
  return name;
}

/** Each hospital hears each other's own fingerprint, never what the coordinator says it is. */
async function compareKeys(hospitals: readonly HospitalStaff[]): Promise<void> {
  for (const read of hospitals) {
    const words = await read.fingerprintWords();
    for (const hears of hospitals.filter((hospital) => hospital !== read)) await hears.pinPeer(read.site, words);
  }
}
