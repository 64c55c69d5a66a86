import { join } from 'node:path';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { Cohorts } from '../agreement/cohorts.ts';
import { ContributedData } from '../agreement/contributed-data.ts';
import { ConsentFolder } from './consent-folder.ts';
import { Decisions } from './decisions.ts';
import { Pause } from './pause.ts';
import { PinnedKeys } from './pinned-keys.ts';
import { readPolicy, type Policy } from './policy.ts';
import { Proposals } from './proposals.ts';

/** Everything that a site keeps about consent; nothing is remembered in memory, so that a change counts at once. */
export class ConsentRecords {
  readonly proposals: Proposals;
  readonly decisions: Decisions;
  readonly pins: PinnedKeys;
  /** Over which sites statistics were opened: fixed by the agreement about sums, and asked for here. */
  readonly cohorts: Cohorts;
  /** About which data statistics have left: noted when they leave. */
  readonly contributedData: ContributedData;
  readonly pause: Pause;
  readonly folder: ConsentFolder;
  readonly #siteFolder: string;

  constructor(siteFolder: string, clock: Clock = systemClock) {
    this.#siteFolder = siteFolder;
    this.folder = new ConsentFolder(siteFolder);
    this.proposals = new Proposals(this.folder, clock);
    this.decisions = new Decisions(this.folder, clock);
    this.pins = new PinnedKeys(this.folder, clock);
    this.cohorts = new Cohorts(join(siteFolder, 'state', 'agreement', 'cohorts'));
    this.contributedData = new ContributedData(join(siteFolder, 'state', 'agreement', 'data'), clock);
    this.pause = new Pause(this.folder, clock);
  }

  /** @throws policy-invalid */
  policy(): Promise<Policy> {
    return readPolicy(this.#siteFolder);
  }
}
