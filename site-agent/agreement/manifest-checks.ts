import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { layoutFingerprint, type Part, type VectorLayout } from '../../shared/layouts/vector-layout.ts';
import type { Manifest, ManifestContribution } from '../../shared/statements/manifest.ts';
import { partsOf } from '../../shared/studies/round-purpose.ts';
import { runParametersHash } from '../../shared/studies/run-parameters.ts';
import type { RoundGround } from '../assignments/assignment.ts';

/** What the site itself sealed for a sum. */
export interface OwnContribution extends Omit<ManifestContribution, 'site'> {
  /** Whether the coordinator said that it has it. */
  readonly acknowledged: boolean;
}

export interface ManifestExpectations {
  readonly site: string;
  readonly members: readonly { readonly site: string }[];
  readonly minimumContributors: number;
  readonly layouts: ReadonlyMap<Part, VectorLayout>;
  readonly own: OwnContribution | undefined;
  /** Sites over which statistics are opened, when that is fixed already. */
  readonly cohort: readonly string[] | undefined;
}

/** The parts of a round, each once; the statistics of a training round may stay closed. @throws manifest-refused */
export function assertParts({ purpose }: RoundGround, manifests: readonly Manifest[]): void {
  const named = manifests.map(({ part }) => part);
  const allowed = partsOf(purpose);
  const needed: Part = purpose === 'training' ? 'update' : 'statistics';
  if (new Set(named).size !== named.length || !named.every((part) => allowed.includes(part)) || !named.includes(needed)) {
    throw new ConsiliumError('manifest-refused', `A ${purpose} round has the parts ${allowed.join(' and ')}, not ${named.join(' and ')}.`);
  }
}

/**
 * Checks that a manifest says what this site knows: of which round it is, what it stands on, who may contribute, and what
 * the site itself contributed.
 *
 * @throws manifest-refused, layout-mismatch
 */
export function assertManifest(manifest: Manifest, ground: RoundGround, expected: ManifestExpectations): void {
  const { part, contributions } = manifest;
  const layout = expected.layouts.get(part);
  if (!layout || layoutFingerprint(layout) !== manifest.layoutFingerprint) throw new ConsiliumError('layout-mismatch', `It is the ${part} part.`);
  const stated = [manifest.round, manifest.attempt, manifest.purpose, manifest.base, manifest.parametersHash];
  const known = [ground.round, ground.attempt, ground.purpose, ground.base.digest, runParametersHash(ground.parameters)];
  if (stated.some((value, index) => value !== known[index])) throw new ConsiliumError('manifest-refused', 'It is of another round or stands on something else.');

  const sites = new Set(contributions.map(({ site }) => site));
  const strangers = [...sites].filter((site) => !expected.members.some((member) => member.site === site));
  if (strangers.length > 0) throw new ConsiliumError('manifest-refused', `${strangers.join(', ')} are not on the roster.`);
  if (sites.size !== contributions.length) throw new ConsiliumError('manifest-refused', 'It names a site twice.');
  if (new Set(contributions.map(({ digest }) => digest)).size !== contributions.length) throw new ConsiliumError('manifest-refused', 'It names a contribution twice.');
  if (sites.size < expected.minimumContributors) throw new ConsiliumError('manifest-refused', `It is over ${sites.size} sites; at least ${expected.minimumContributors} are needed.`);
  assertOwn(contributions.find(({ site }) => site === expected.site), part, expected);
}

/** A site that is not in the statistics' cohort is left out of them for good, and loses nothing by it. */
function assertOwn(named: ManifestContribution | undefined, part: Part, { own, cohort, site }: ManifestExpectations): void {
  if (!named) {
    const outsideCohort = part === 'statistics' && !cohort?.includes(site);
    if (own?.acknowledged && !outsideCohort) throw new ConsiliumError('manifest-refused', "It leaves out this site's acknowledged contribution.");
    return;
  }
  const same = own && named.digest === own.digest && hex(named.nonce) === hex(own.nonce) && hex(named.tag) === hex(own.tag);
  if (!same) throw new ConsiliumError('manifest-refused', 'It names a contribution of this site that the site did not make.');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
