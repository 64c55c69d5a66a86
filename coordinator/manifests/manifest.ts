import type { Part } from '../../shared/layouts/vector-layout.ts';
import type { Manifest } from '../../shared/statements/manifest.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';

/** The manifest of one part of a round's sum, and who signed it. */
export interface CoSignedManifest {
  readonly manifest: Manifest;
  readonly digest: string;
  readonly signatures: readonly MemberSignature[];
}

export interface ManifestStore {
  /** Of a round, by part. */
  list(round: string): Promise<CoSignedManifest[]>;
  insert(manifest: Manifest, digest: string): Promise<void>;
  /** Adds a signature; one that is there already stays. */
  sign(round: string, part: Part, signature: MemberSignature): Promise<void>;
  /** Digest of a run's newest co-signed manifest of a part; empty when it has none. */
  head(run: string, part: Part): Promise<string>;
  /** Sites over which a study opens statistics under a roster: those of its first statistics manifest. */
  cohort(study: string, rosterHash: string): Promise<string[] | undefined>;
  fixCohort(study: string, rosterHash: string, sites: readonly string[]): Promise<void>;
}
