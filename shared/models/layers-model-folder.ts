import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../errors/consilium-error.ts';
import { parseJson } from '../json/parse-json.ts';
import { buildBlankModel, readFlatWeights, weightSpecs } from './layers-model.ts';
import { loadCpuTensorflow } from './tensorflow.ts';
import { namedTopology, type Topology } from './topology.ts';

const modelFile = 'model.json';
const weightsFile = 'weights.bin';

/** A model as a folder holds it: what a plan says of it, and its flat weights. */
export interface StoredModel {
  readonly topology: Topology;
  readonly weights: Float32Array;
}

/**
 * Writes model.json and weights.bin, the files of the TensorFlow.js layers format, into a folder, which is made if
 * need be: `tf.loadLayersModel('file://.../model.json')` opens it. Throws a RangeError when the weights do not fit.
 */
export async function writeLayersModelFolder(folder: string, { topology, weights }: StoredModel): Promise<void> {
  const model = await buildBlankModel(await loadCpuTensorflow(), topology);
  const specs = weightSpecs(model);
  const count = model.countParams();
  model.dispose();
  if (count !== weights.length) throw new RangeError(`The model has ${count} weights, the vector ${weights.length}.`);
  const description = {
    format: 'layers-model',
    generatedBy: 'Consilium',
    convertedBy: null,
    modelTopology: namedTopology(topology),
    weightsManifest: [{ paths: [weightsFile], weights: specs.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) }],
  };
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, weightsFile), new Uint8Array(weights.buffer, weights.byteOffset, weights.byteLength));
  await writeFile(join(folder, modelFile), `${JSON.stringify(description, null, 2)}\n`);
}

const weightsEntry = z.looseObject({ name: z.string(), shape: z.array(z.int().min(0)), dtype: z.string() });

const modelDescription = z.looseObject({
  modelTopology: z.record(z.string(), z.unknown()),
  weightsManifest: z.array(
    z.object({
      paths: z.array(z.string().refine((path) => basename(path) === path, 'weights must be in the same folder')),
      weights: z.array(weightsEntry),
    }),
  ),
});

/** Reads a folder that this or any other program wrote in the layers format. Fails with `invalid-request`. */
export async function readLayersModelFolder(folder: string): Promise<StoredModel> {
  const { modelTopology, weightsManifest } = await readDescription(join(folder, modelFile));
  const topology = (modelTopology['model_config'] ?? modelTopology) as Topology;
  const shards = await Promise.all(weightsManifest.flatMap(({ paths }) => paths.map((path) => readFile(join(folder, path)))));
  const tensorflow = await loadCpuTensorflow();
  const { io, dispose } = tensorflow.core;
  try {
    const model = await buildBlankModel(tensorflow, topology);
    const bytes = new Uint8Array(Buffer.concat(shards)).buffer;
    const named = io.decodeWeights(bytes, weightsManifest.flatMap(({ weights }) => weights) as Parameters<typeof io.decodeWeights>[1]);
    try {
      model.loadWeights(named);
      return { topology, weights: readFlatWeights(model) };
    } finally {
      dispose(named);
      model.dispose();
    }
  } catch (cause) {
    throw new ConsiliumError('invalid-request', `The model in ${folder} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function readDescription(file: string): Promise<z.output<typeof modelDescription>> {
  let json: unknown;
  try {
    json = parseJson(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ConsiliumError('invalid-request', cause instanceof SyntaxError ? `${file} ${cause.message}.` : `${file} is not a readable JSON file.`, { cause });
  }
  const parsed = modelDescription.safeParse(json);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ConsiliumError('invalid-request', `${file} does not describe a layers model.`, { problems });
}
