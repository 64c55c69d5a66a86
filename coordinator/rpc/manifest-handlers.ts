import type { CoSignatures } from '../../shared/wire/generated/consilium/v1/CoSignatures.ts';
import type { ManifestsHandlers } from '../../shared/wire/generated/consilium/v1/Manifests.ts';
import { partFromWire } from '../../shared/wire/round-names.ts';
import type { Manifests } from '../manifests/manifests.ts';
import type { RunConductor } from '../runs/run-conductor.ts';
import type { Site } from '../sites/site.ts';
import type { Adapter } from './adapter.ts';

export function manifestHandlers(adapter: Adapter<Site>, manifests: Manifests, conductor: Pick<RunConductor, 'wake'>): ManifestsHandlers {
  return {
    CoSign: adapter.unary(async (site, { round, attempt, signatures }: CoSignatures, { about }) => {
      about(round);
      const named = signatures.map(({ part, signature }) => ({ part: partFromWire(part), signature }));
      conductor.wake(await manifests.coSign(site.name, { round, attempt, signatures: named }));
      return {};
    }),
  };
}
