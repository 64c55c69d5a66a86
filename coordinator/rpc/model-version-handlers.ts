import type { ModelVersionsHandlers } from '../../shared/wire/generated/consilium/v1/ModelVersions.ts';
import type { PayloadChunkInput } from '../../shared/wire/generated/consilium/v1/PayloadChunk.ts';
import type { PayloadRequest } from '../../shared/wire/generated/consilium/v1/PayloadRequest.ts';
import type { ModelVersions } from '../model-versions/model-versions.ts';
import type { Site } from '../sites/site.ts';
import type { Transfers } from '../transfers/transfers.ts';
import type { Adapter } from './adapter.ts';

export function modelVersionHandlers(adapter: Adapter<Site>, modelVersions: ModelVersions, transfers: Transfers): ModelVersionsHandlers {
  return {
    Download: adapter.serverStream(async function* (site, { run, digest }: PayloadRequest, { about }): AsyncGenerator<PayloadChunkInput> {
      about(run);
      for await (const bytes of transfers.down(site.name, run, modelVersions.payload(site.name, run, digest))) yield { bytes };
    }),
  };
}
