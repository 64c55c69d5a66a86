import { sha256Hex } from './digest.ts';
import { encodeStatement } from './statement.ts';

/** Where a model version comes from. */
export interface Lineage {
  readonly run: string;
  readonly planHash: string;
  /** 0 for the initial weights, then one more for each training round. */
  readonly number: number;
  /** Digest of the version before; empty for the first. */
  readonly parent: string;
  readonly round: string;
  /** The update contributions that were summed, by site name. */
  readonly contributions: readonly { readonly site: string; readonly digest: string }[];
  /** SHA-256 of the opened sum of the update part, hex. */
  readonly sumDigest: string;
  /** SHA-256 of the flat weights as little-endian float32, hex. */
  readonly weightsDigest: string;
  /** Likewise for the server optimiser's slots; empty when it has none. */
  readonly optimiserStateDigest: string;
}

/** Names a model version: SHA-256 of its lineage, hex. */
export function versionDigest(lineage: Lineage): string {
  const contributions = [...lineage.contributions].sort((a, b) => (a.site < b.site ? -1 : 1));
  return sha256Hex(
    encodeStatement('consilium/model-version/v1', [
      ['run', lineage.run],
      ['plan-hash', lineage.planHash],
      ['number', lineage.number],
      ['parent', lineage.parent],
      ['round', lineage.round],
      ['contributions', contributions.map(({ site, digest }) => [site, digest])],
      ['sum', lineage.sumDigest],
      ['weights', lineage.weightsDigest],
      ['optimiser-state', lineage.optimiserStateDigest],
    ]),
  );
}
