import type { Manifest } from '../../shared/statements/manifest.ts';
import type { DecryptionResult } from '../decryptions/decryption.ts';
import type { ModelVersion } from '../model-versions/model-version.ts';
import type { PayloadReference, PayloadReferenceStore } from '../retention/payload-reference.ts';
import type { Database } from './database.ts';

/** Reads every column that names a payload; a new one is added here, or what it names is taken for left over. */
export class PayloadReferenceTable implements PayloadReferenceStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(): Promise<PayloadReference[]> {
    const contributions = await this.#database.selectFrom('contribution').innerJoin('round', 'round.id', 'contribution.round').select(['contribution.digest', 'round.endedAtMs']).execute();
    const manifests = await this.#database.selectFrom('manifest').innerJoin('round', 'round.id', 'manifest.round').select(['manifest.manifest', 'round.endedAtMs']).execute();
    const decryptions = await this.#database.selectFrom('decryption').innerJoin('round', 'round.id', 'decryption.round').select(['decryption.answer', 'round.endedAtMs']).where('returnSums', '=', 1).where('answer', 'is not', null).execute();
    const versions = await this.#database.selectFrom('modelVersion').select('version').execute();
    return [
      ...contributions.map(({ digest, endedAtMs }) => ({ digest, kind: 'contribution' as const, roundEndedAtMs: endedAtMs })),
      ...manifests.map(({ manifest, endedAtMs }) => ({ digest: (JSON.parse(manifest) as Manifest).aggregateDigest, kind: 'aggregate' as const, roundEndedAtMs: endedAtMs })),
      ...decryptions.flatMap(({ answer, endedAtMs }) =>
        Object.values((JSON.parse(answer as string) as DecryptionResult).sumDigests).map((digest) => ({ digest, kind: 'opened-sum' as const, roundEndedAtMs: endedAtMs })),
      ),
      ...versions.flatMap(({ version }) => {
        const { weightsDigest, optimiserStateDigest } = JSON.parse(version) as ModelVersion;
        return [weightsDigest, optimiserStateDigest].filter((digest) => digest !== '').map((digest) => ({ digest, kind: 'model' as const, roundEndedAtMs: null }));
      }),
    ];
  }
}
