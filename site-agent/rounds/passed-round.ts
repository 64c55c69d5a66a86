import { join } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { namesIfThere } from '../../shared/files/durable-file.ts';
import type { ManifestChains } from '../agreement/manifest-chain.ts';
import type { RoundGround } from '../assignments/assignment.ts';

/**
 * Whether the site has left the round behind: it contributed to a later one or signed a later sum, and has removed what it
 * would need. A coordinator that still asks for the round forgot what followed.
 *
 * @param runFolder where the run keeps its state at this site
 * @throws coordinator-restored
 */
export function assertNotPassed({ run, round, number }: RoundGround, runFolder: string, heads: ManifestChains): void {
  const sealed = namesIfThere(join(runFolder, 'contributions')).map((name) => Number(name.slice(run.length + 1).split('.')[0]));
  const furthest = Math.max(...sealed.filter(Number.isInteger), heads.update?.number ?? 0, heads.statistics?.number ?? 0);
  if (furthest > number) throw new ConsiliumError('coordinator-restored', `It asks for round ${round}, and the site has been in round ${furthest}.`);
}
