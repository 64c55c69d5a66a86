import type { CoordinatorClient } from '../cli/coordinator-client.ts';
import { everyoneDecided } from '../cli/study-decision-wait.ts';
import { studyResource } from '../shared/http-api/study-resource.ts';
import type { DemoFolder } from './demo-folder.ts';
import type { Programs } from './programs.ts';

export interface StudyAgreementOptions {
  readonly client: CoordinatorClient;
  readonly programs: Programs;
  readonly folder: DemoFolder;
  readonly planJson: Uint8Array;
  /** Told what each party does, a line each. */
  readonly note: (text: string) => void;
  readonly onProgress: (text: string) => void;
}

/** Plays the parties that have to agree before a study can run. @returns the study's name */
export async function agreeOnStudy({ client, programs, folder, planJson, note, onProgress }: StudyAgreementOptions): Promise<string> {
  const consilium = (...rest: string[]) => ({ name: 'consilium', program: 'consilium', arguments: ['--connection', folder.connection, ...rest] }) as const;
  note('The data-science team submits the plan, and signs who its members are with a key that the coordinator never has.');
  const { name } = await client.post('/studies', planJson, studyResource);
  await programs.run(consilium('study', 'keygen', folder.leadKey));
  await programs.run(consilium('study', 'roster', name, '--key', folder.leadKey, '--yes'));
  note('Each hospital is asked whether it takes part with this plan and these members, and signs its answer.');
  await everyoneDecided(client, name, onProgress);
  return name;
}
