import { join } from 'node:path';

/**
 * Where a site keeps what was proposed to it and what it decided. The running agent and the command line are different
 * processes and meet in these files: each is whole at any moment, and what must not be lost is a file of its own.
 */
export class ConsentFolder {
  readonly path: string;

  /** @param siteFolder the site's folder */
  constructor(siteFolder: string) {
    this.path = join(siteFolder, 'state', 'consent');
  }

  get decisions(): string {
    return join(this.path, 'decisions');
  }

  get proposals(): string {
    return join(this.path, 'proposals');
  }

  /** Folders in which something changes when a person decides. */
  get watched(): string[] {
    return [this.path, this.decisions, this.pins('sites'), this.pins('lead-keys')];
  }

  proposal(study: string): string {
    return join(this.proposals, `${study}.json`);
  }

  plan(planHash: string): string {
    return join(this.path, 'plans', `${planHash}.json`);
  }

  roster(rosterHash: string): string {
    return join(this.path, 'rosters', `${rosterHash}.json`);
  }

  /** What of a study was shown to a person last. */
  shown(study: string): string {
    return join(this.path, 'shown', `${study}.json`);
  }

  /** The last decision that the coordinator took note of. */
  told(study: string): string {
    return join(this.path, 'told', `${study}.json`);
  }

  pins(kind: 'sites' | 'lead-keys'): string {
    return join(this.path, 'pins', kind);
  }

  get paused(): string {
    return join(this.path, 'paused.json');
  }
}
