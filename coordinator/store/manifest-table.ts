import { runIdOf } from '../../shared/studies/round-number.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';
import type { CoSignedManifest, ManifestStore } from '../manifests/manifest.ts';
import type { Database } from './database.ts';

export class ManifestTable implements ManifestStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(round: string): Promise<CoSignedManifest[]> {
    const rows = await this.#database.selectFrom('manifest').selectAll().where('round', '=', round).orderBy('sequence').execute();
    const signatures = await this.#database.selectFrom('coSignature').selectAll().where('round', '=', round).orderBy('site').execute();
    return rows.map(({ part, digest, manifest }) => ({
      manifest: fromJson(manifest),
      digest,
      signatures: signatures.filter((signed) => signed.part === part).map(({ site, signature }) => ({ site, signature })),
    }));
  }

  async insert(manifest: Manifest, digest: string): Promise<void> {
    const { round, part } = manifest;
    const run = runIdOf(round);
    await this.#database.insertInto('manifest').values({ run, round, part, digest, manifest: toJson(manifest) }).execute();
  }

  async sign(round: string, part: Part, { site, signature }: MemberSignature): Promise<void> {
    await this.#database
      .insertInto('coSignature')
      .values({ round, part, site, signature })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async head(run: string, part: Part): Promise<string> {
    const row = await this.#database.selectFrom('manifest').select('digest').where('run', '=', run).where('part', '=', part).orderBy('sequence', 'desc').executeTakeFirst();
    return row?.digest ?? '';
  }

  async cohort(study: string, rosterHash: string): Promise<string[] | undefined> {
    const row = await this.#database.selectFrom('cohort').select('sites').where('study', '=', study).where('rosterHash', '=', rosterHash).executeTakeFirst();
    return row && (JSON.parse(row.sites) as string[]);
  }

  async fixCohort(study: string, rosterHash: string, sites: readonly string[]): Promise<void> {
    await this.#database.insertInto('cohort').values({ study, rosterHash, sites: JSON.stringify(sites) }).execute();
  }
}

function toJson({ contributions, ...manifest }: Manifest): string {
  const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
  return JSON.stringify({ ...manifest, contributions: contributions.map(({ nonce, tag, ...named }) => ({ ...named, nonce: hex(nonce), tag: hex(tag) })) });
}

function fromJson(text: string): Manifest {
  const { contributions, ...manifest } = JSON.parse(text) as Omit<Manifest, 'contributions'> & { contributions: { site: string; digest: string; nonce: string; tag: string }[] };
  return { ...manifest, contributions: contributions.map(({ nonce, tag, ...named }) => ({ ...named, nonce: Buffer.from(nonce, 'hex'), tag: Buffer.from(tag, 'hex') })) };
}
