import type { LineageRequest } from '../../shared/wire/generated/consilium/v1/LineageRequest.ts';
import type { ModelVersionInput } from '../../shared/wire/generated/consilium/v1/ModelVersion.ts';
import type { ModelVersionsHandlers } from '../../shared/wire/generated/consilium/v1/ModelVersions.ts';
import type { PayloadChunkInput } from '../../shared/wire/generated/consilium/v1/PayloadChunk.ts';
import type { PayloadRequest } from '../../shared/wire/generated/consilium/v1/PayloadRequest.ts';
import type { ModelVersions } from '../model-versions/model-versions.ts';
import type { Site } from '../sites/site.ts';
import type { Transfers } from '../transfers/transfers.ts';
import type { Adapter } from './adapter.ts';
import { wireVersion } from './wire-assignment.ts';

export function modelVersionHandlers(adapter: Adapter<Site>, modelVersions: ModelVersions, transfers: Transfers): ModelVersionsHandlers {
  return {
    Download: adapter.serverStream(async function* (site, { run, digest }: PayloadRequest, { about }): AsyncGenerator<PayloadChunkInput> {
      about(run);
      for await (const bytes of transfers.down(site.name, run, modelVersions.payload(site.name, run, digest))) yield { bytes };
    }),

    Lineage: adapter.serverStream(async function* (site, { run, digest }: LineageRequest, { about }): AsyncGenerator<ModelVersionInput> {
      about(run);
      for await (const version of modelVersions.lineage(site.name, run, digest)) yield wireVersion(version);
    }),
  };
}
