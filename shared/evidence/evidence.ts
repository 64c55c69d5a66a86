import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ConsiliumError, type Problem } from '../errors/consilium-error.ts';
import { parseJson } from '../json/parse-json.ts';
import { describeTopology } from '../models/model-description.ts';
import { float32FromBytes, uint32FromBytes } from '../payloads/little-endian.ts';
import { sha256Hex } from '../statements/digest.ts';
import { readPlan } from '../studies/checked-plan.ts';
import type { StudyPlan } from '../studies/plan.ts';
import type { TensorSpec } from '../models/tensor-spec.ts';
import { evidenceDocuments, type DocumentName, type EvidenceDocuments } from './evidence-documents.ts';

/** Folders of payloads: files whose names are the SHA-256 of their bytes. */
export const payloadFolders = { sums: 'sums', weights: 'weights', optimiserStates: 'optimiser-states' } as const;
export const planFile = 'plan.json';
export const pageFile = 'evidence.html';

/**
 * The evidence of one run, in a folder that is checked without the coordinator and without a key:
 *
 *     contents.json         SHA-256 of every other file
 *     evidence.html         the same for people, to read and to print
 *     plan.json             the study's plan, byte for byte as the sites were shown it
 *     run.json              federation, run and its parameters
 *     rosters.json          the study's lists of members with their keys, each signed with the study's lead key
 *     decisions.json        what every member site said about plan and roster, signed by the site
 *     epochs.json           for which roster there was a group key, where in the run it began, and how it ended
 *     rounds.json           contributions that were accepted, and the decryptors' signed results
 *     manifests.json        what every sum is made of, co-signed by member sites
 *     model-versions.json   the lineage of every version, and its evaluation
 *     receipts.json         for each contribution and opened result, its line in the site's egress ledger, signed by the coordinator
 *     audit.json            the coordinator's audit log from the run's start to its end, with the signed head
 *     sums/                 opened sums: little-endian uint32, one for each lane of the layout
 *     weights/              flat weights of the versions: little-endian float32, in the model's order
 *     optimiser-states/     slots of the server optimiser, likewise; only of optimisers that have some
 *
 * Of what a single site sent it holds digests and sizes only: the sums are over all contributors, as two of them opened them.
 */
export class Evidence {
  readonly folder: string;
  readonly documents: EvidenceDocuments;
  readonly planJson: Uint8Array;
  readonly plan: StudyPlan;
  /** Weights of the plan's model. */
  readonly tensors: readonly TensorSpec[];

  private constructor(folder: string, documents: EvidenceDocuments, planJson: Uint8Array, plan: StudyPlan, tensors: readonly TensorSpec[]) {
    this.folder = folder;
    this.documents = documents;
    this.planJson = planJson;
    this.plan = plan;
    this.tensors = tensors;
  }

  /** @throws evidence-malformed with every problem of its JSON files, plan-invalid */
  static async open(folder: string): Promise<Evidence> {
    const problems: Problem[] = [];
    const read = Object.keys(evidenceDocuments).map(async (name) => [name, await readDocument(folder, name as DocumentName, problems)] as const);
    const documents = Object.fromEntries(await Promise.all(read)) as EvidenceDocuments;
    const planJson = await readOrReport(folder, planFile, problems);
    if (problems.length > 0 || !planJson) throw new ConsiliumError('evidence-malformed', `It is the folder ${folder}.`, { problems });
    const plan = await readPlan(planJson);
    const { weights } = await describeTopology(plan.model.topology);
    return new Evidence(folder, documents, planJson, plan, weights);
  }

  /** @throws evidence-refuted when the folder does not have the sum with this digest */
  async sum(digest: string): Promise<Uint32Array> {
    return uint32FromBytes(await this.#payload('sums', digest));
  }

  /** @throws evidence-refuted likewise */
  async weights(digest: string): Promise<Float32Array> {
    return float32FromBytes(await this.#payload('weights', digest));
  }

  /** @param digest empty for an optimiser without slots @throws evidence-refuted likewise */
  async optimiserState(digest: string): Promise<Float32Array> {
    return digest === '' ? new Float32Array(0) : float32FromBytes(await this.#payload('optimiserStates', digest));
  }

  async #payload(kind: keyof typeof payloadFolders, digest: string): Promise<Buffer> {
    const path = `${payloadFolders[kind]}/${digest}`;
    const bytes = await readFile(join(this.folder, path)).catch(() => undefined);
    if (!bytes) throw new ConsiliumError('evidence-refuted', `${path} is missing.`);
    if (sha256Hex(bytes) !== digest) throw new ConsiliumError('evidence-refuted', `${path} does not hold the bytes that its name says.`);
    return bytes;
  }
}

async function readDocument(folder: string, name: DocumentName, problems: Problem[]): Promise<unknown> {
  const bytes = await readOrReport(folder, name, problems);
  if (!bytes) return undefined;
  try {
    const parsed = evidenceDocuments[name].safeParse(parseJson(bytes.toString('utf8')));
    if (parsed.success) return parsed.data;
    problems.push(...parsed.error.issues.map(({ path, message }) => ({ path: [name, ...path].join('.'), message })));
  } catch (error) {
    problems.push({ path: name, message: (error as SyntaxError).message });
  }
  return undefined;
}

async function readOrReport(folder: string, name: string, problems: Problem[]): Promise<Buffer | undefined> {
  try {
    return await readFile(join(folder, name));
  } catch (error) {
    problems.push({ path: name, message: `cannot be read (${(error as NodeJS.ErrnoException).code})` });
    return undefined;
  }
}
