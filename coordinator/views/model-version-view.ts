import type { ModelVersionResource } from '../../shared/http-api/model-version-resource.ts';
import type { ModelVersion, ModelVersionStore } from '../model-versions/model-version.ts';
import { isoOf } from './iso-times.ts';

/** A model version as people see it, with its evaluation where it has one. */
export async function modelVersionView(modelVersions: Pick<ModelVersionStore, 'evaluation'>, version: ModelVersion): Promise<ModelVersionResource> {
  const { createdAtMs, ...lineage } = version;
  return { ...lineage, createdAt: isoOf(createdAtMs), evaluation: (await modelVersions.evaluation(version.digest)) ?? null };
}
