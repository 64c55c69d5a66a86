import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Payloads } from '../payloads.ts';
import { membershipOf } from '../runs/membership.ts';
import type { RunTables } from '../runs/run-tables.ts';
import type { UnitOfWork } from '../unit-of-work.ts';
import type { ModelVersion } from './model-version.ts';

/** Hands the payloads of model versions to the members of their runs. */
export class ModelVersions {
  readonly #store: UnitOfWork<RunTables>;
  readonly #payloads: Payloads;

  constructor(store: UnitOfWork<RunTables>, payloads: Payloads) {
    this.#store = store;
    this.#payloads = payloads;
  }

  /** Weights or server optimiser state of one of the run's versions. @throws not-a-member, run-ended, model-not-found */
  async *payload(site: string, run: string, digest: string): AsyncGenerator<Uint8Array> {
    await membershipOf(this.#store.read, run, site);
    if (!(await this.#isPayloadOf(run, digest))) throw new ConsiliumError('model-not-found', 'No version of this run has the payload.');
    yield* this.#payloads.read(digest);
  }

  /** The newest version's is asked for in every round, those of older ones hardly ever. */
  async #isPayloadOf(run: string, digest: string): Promise<boolean> {
    const { modelVersions } = this.#store.read;
    const holds = ({ weightsDigest, optimiserStateDigest }: ModelVersion) => [weightsDigest, optimiserStateDigest].includes(digest);
    const newest = await modelVersions.newest(run);
    return (newest !== undefined && holds(newest)) || (await modelVersions.list(run)).some(holds);
  }

  /** One of the run's versions and those before it, newest first. @throws not-a-member, run-ended, model-not-found */
  async *lineage(site: string, run: string, digest: string): AsyncGenerator<ModelVersion> {
    await membershipOf(this.#store.read, run, site);
    for (let named = digest; named !== ''; ) {
      const version = await this.#store.read.modelVersions.find(named);
      if (version?.run !== run) throw new ConsiliumError('model-not-found', `The run ${run} has no such version.`);
      yield version;
      named = version.parent;
    }
  }
}
