import { existsSync, readFileSync } from 'node:fs';
import { readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { writeLayersModelFolder } from '../shared/models/layers-model-folder.ts';
import { inputFeatures } from '../shared/studies/inputs.ts';
import type { PublishedModel } from './published-model.ts';

const cardFile = 'consilium.json';

/**
 * Whether the folder already holds this version, whole.
 * @throws ConsiliumError `folder-in-use` when it holds something else
 */
export async function holdsVersion(folder: string, digest: string): Promise<boolean> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  if (names.length === 0) return false;
  if (digestIn(join(folder, cardFile)) === digest) return true;
  throw new ConsiliumError('folder-in-use', `${folder} holds something other than model version ${digest.slice(0, 12)}.`);
}

/**
 * Writes a model in the TensorFlow.js layers format, and beside it `consilium.json`: what the inputs are, how they are
 * scaled, and where the weights come from. The folder appears whole or not at all.
 *
 * @param folder not there yet, or empty
 */
export async function writeModelFolder(folder: string, model: PublishedModel, weights: Float32Array): Promise<void> {
  const incomplete = `${resolve(folder)}.incomplete`;
  await rm(incomplete, { recursive: true, force: true });
  await writeLayersModelFolder(incomplete, { topology: model.plan.model.topology, weights });
  await writeFile(join(incomplete, cardFile), `${JSON.stringify(modelCard(model), undefined, 2)}\n`);
  if (existsSync(folder)) await rmdir(folder);
  await rename(incomplete, resolve(folder));
}

function modelCard({ plan, planHash, run, version }: PublishedModel): object {
  const { data, normalisation, training, aggregation, privacy, rounds } = plan;
  return {
    consilium: 1,
    study: plan.study,
    title: plan.title,
    planHash,
    run: run.id,
    version,
    inputs: inputFeatures(data),
    normalisation: { ...normalisation, values: run.parameters.normalisation?.inputs ?? null },
    data,
    training,
    aggregation,
    privacy,
    rounds,
  };
}

function digestIn(file: string): string | undefined {
  try {
    return z.object({ version: z.object({ digest: z.string() }) }).parse(JSON.parse(readFileSync(file, 'utf8'))).version.digest;
  } catch {
    return undefined;
  }
}
