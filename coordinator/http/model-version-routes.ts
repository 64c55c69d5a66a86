import { z } from 'zod';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { modelVersionListResource, modelVersionResource } from '../../shared/http-api/model-version-resource.ts';
import type { ModelVersion, ModelVersionStore } from '../model-versions/model-version.ts';
import type { Payloads } from '../payloads.ts';
import type { Runs } from '../runs/runs.ts';
import { modelVersionView } from '../views/model-version-view.ts';
import { route, type Route } from './route.ts';

const byDigest = z.strictObject({ digest: z.string() });

export function modelVersionRoutes({ runs, modelVersions, payloads }: { runs: Runs; modelVersions: ModelVersionStore; payloads: Payloads }): Route[] {
  const find = async (digest: string): Promise<ModelVersion> => {
    const version = await modelVersions.find(digest);
    if (!version) throw new ConsiliumError('model-not-found', `It was asked for ${digest}.`);
    return version;
  };
  return [
    route({
      method: 'get',
      path: '/models',
      roles: ['viewer'],
      summary: 'Model versions of one run, or of all, oldest first.',
      query: z.strictObject({ run: z.string().optional() }),
      reply: { status: 200, schema: modelVersionListResource },
      handle: async ({ query }) => {
        const chosen = query.run === undefined ? await runs.list() : [await runs.get(query.run)];
        const versions = (await Promise.all(chosen.map(({ id }) => modelVersions.list(id)))).flat();
        return { models: await Promise.all(versions.map((version) => modelVersionView(modelVersions, version))) };
      },
    }),
    route({
      method: 'get',
      path: '/models/:digest',
      roles: ['viewer'],
      summary: 'A model version: its lineage, signatures and evaluation.',
      params: byDigest,
      reply: { status: 200, schema: modelVersionResource },
      handle: async ({ params }) => modelVersionView(modelVersions, await find(params.digest)),
    }),
    route({
      method: 'get',
      path: '/models/:digest/weights',
      roles: ['viewer'],
      summary: 'The weights of a model version.',
      params: byDigest,
      reply: { status: 200, mediaType: 'application/octet-stream', description: 'Little-endian float32 in the order of the model; its SHA-256 is the weights digest.' },
      async *handle({ params }) {
        yield* payloads.read((await find(params.digest)).weightsDigest);
      },
    }),
    route({
      method: 'get',
      path: '/models/:digest/optimiser-state',
      roles: ['viewer'],
      summary: "Slots of the server optimiser after a model version; no bytes when the optimiser has none.",
      params: byDigest,
      reply: { status: 200, mediaType: 'application/octet-stream', description: 'Little-endian float32; its SHA-256 is the digest of the optimiser state.' },
      async *handle({ params }) {
        const { optimiserStateDigest } = await find(params.digest);
        if (optimiserStateDigest !== '') yield* payloads.read(optimiserStateDigest);
      },
    }),
  ];
}
