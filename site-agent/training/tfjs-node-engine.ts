import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import util from 'node:util';
import { loadTensorflow } from '../../shared/models/tensorflow.ts';
import { tfjsNodeFolder } from './tfjs-node-folder.ts';
import type { TrainingEngine } from './training-engine.ts';

/** What is used of @tensorflow/tfjs-node, which is no dependency: `npm run setup:tfjs-node` installs it beside Consilium. */
interface TfjsNode {
  readonly version: { readonly 'tfjs-node': string };
  readonly Tensor: unknown;
}

/** The backend that tfjs-node registers, as far as it is used. */
interface NativeBackend {
  readonly binding: { readonly TF_Version: string };
}

/** The TensorFlow C library. The process computes with this many threads from the first load on. */
export async function loadTfjsNodeEngine(threads = availableParallelism(), folder = tfjsNodeFolder()): Promise<TrainingEngine> {
  setLibraryOptions(threads);
  const tensorflow = await loadTensorflow();
  putBackUtilFunctions();
  const native = createRequire(join(folder, 'package.json'))('@tensorflow/tfjs-node') as TfjsNode;
  if (native.Tensor !== tensorflow.core.Tensor) throw new Error(`The engine in ${folder} brings a TensorFlow.js of its own.`);
  if (!(await tensorflow.core.setBackend('tensorflow'))) throw new Error('The native backend of TensorFlow.js does not start.');
  const { binding } = tensorflow.core.backend() as unknown as NativeBackend;
  return { name: 'tfjs-node', version: native.version['tfjs-node'], backend: `TensorFlow ${binding.TF_Version}`, threads, tensorflow };
}

/** The library reads these from the environment when it is loaded. */
function setLibraryOptions(threads: number): void {
  process.env['TF_NUM_INTRAOP_THREADS'] = String(threads);
  process.env['TF_NUM_INTEROP_THREADS'] = '1';
  // An operation that would add in the order in which threads finish is refused, or computed in another way.
  process.env['TF_DETERMINISTIC_OPS'] = '1';
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '1'; // otherwise it greets on standard error
}

/** tfjs-node 4.22 calls functions that node:util lost in Node 23. */
function putBackUtilFunctions(): void {
  const legacy = util as unknown as Record<string, unknown>;
  legacy['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  legacy['isArray'] = Array.isArray; // Node's own warns that it is going
}
