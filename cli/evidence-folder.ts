import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { isoTime, type Clock } from '../shared/clock.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import type { AuditSlice } from '../shared/evidence/audit-slice.ts';
import { checkEvidence, type CheckResult } from '../shared/evidence/checks/checks.ts';
import { contentsFile, contentsOf, readContents } from '../shared/evidence/contents.ts';
import type { EvidenceDocuments } from '../shared/evidence/evidence-documents.ts';
import { Evidence, pageFile, payloadFolders, planFile } from '../shared/evidence/evidence.ts';
import { agreedOutcome, publishedRounds } from '../shared/evidence/round-evidence.ts';
import { auditEventListResource, auditPageMaxCount } from '../shared/http-api/audit-resource.ts';
import { evidenceResource, type EvidenceResource } from '../shared/http-api/evidence-resource.ts';
import { sha256Hex } from '../shared/statements/digest.ts';
import type { CoordinatorClient } from './coordinator-client.ts';
import { evidencePage } from './evidence-page/evidence-page.ts';

const attempts = 30;
const pauseMs = 5_000;

/**
 * Whether the folder already holds the evidence of this run.
 * @throws ConsiliumError `folder-in-use` when it holds something else
 */
export async function holdsEvidence(folder: string, run: string): Promise<boolean> {
  const names = existsSync(folder) ? await readdir(folder) : [];
  if (names.length === 0) return false;
  if ((await readContents(folder))?.run === run) return true;
  throw new ConsiliumError('folder-in-use', `${folder} holds something other than the evidence of ${run}.`);
}

/** Fetches the evidence of one run and writes its folder, which appears whole or not at all. */
export class EvidenceWriter {
  readonly #client: CoordinatorClient;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #onProgress: (text: string) => void;

  constructor(parts: { client: CoordinatorClient; clock: Clock; signal: AbortSignal; onProgress: (text: string) => void }) {
    this.#client = parts.client;
    this.#clock = parts.clock;
    this.#signal = parts.signal;
    this.#onProgress = parts.onProgress;
  }

  /**
   * @param folder not there yet, or empty
   * @returns what the checks found; the folder is written also when one of them failed
   * @throws ConsiliumError `run-not-found`, `run-not-ended`, `digest-mismatch`
   */
  async write(folder: string, run: string): Promise<CheckResult[]> {
    const incomplete = `${resolve(folder)}.incomplete`;
    try {
      const results = await this.#fill(incomplete, run);
      if (existsSync(folder)) await rmdir(folder);
      await rename(incomplete, resolve(folder));
      return results;
    } finally {
      await rm(incomplete, { recursive: true, force: true });
    }
  }

  async #fill(folder: string, run: string): Promise<CheckResult[]> {
    const resource = await this.#patiently(() => this.#client.get(`/runs/${encodeURIComponent(run)}/evidence`, evidenceResource));
    const documents: EvidenceDocuments = { ...resource.documents, 'audit.json': await this.#auditSlice(resource.audit) };
    await rm(folder, { recursive: true, force: true });
    for (const name of Object.values(payloadFolders)) await mkdir(join(folder, name), { recursive: true });
    await this.#fetchPayloads(folder, documents);
    await writeFile(join(folder, planFile), await this.#patiently(() => this.#client.bytes(`/studies/${encodeURIComponent(documents['run.json'].study)}/plan`)));
    for (const [name, document] of Object.entries(documents)) await writeFile(join(folder, name), jsonText(document));
    const evidence = await Evidence.open(folder);
    this.#onProgress('Everything is computed anew.');
    const results = await checkEvidence(evidence);
    const writtenAt = isoTime(this.#clock);
    await writeFile(join(folder, pageFile), evidencePage(evidence, results, writtenAt));
    await writeFile(join(folder, contentsFile), jsonText(await contentsOf(folder, run, writtenAt)));
    return results;
  }

  async #auditSlice({ first, head }: EvidenceResource['audit']): Promise<AuditSlice> {
    const events: AuditSlice['events'] = [];
    for (let last = first - 1; last < head.sequence; ) {
      const page = await this.#patiently(() => this.#client.get(`/audit?after=${last}&limit=${auditPageMaxCount}`, auditEventListResource));
      if (page.events.length === 0) throw new ConsiliumError('audit-log-damaged', `Event ${last + 1} is missing.`);
      events.push(...page.events.filter(({ sequence }) => sequence <= head.sequence));
      last = page.events.at(-1)?.sequence ?? head.sequence;
    }
    return { events, head };
  }

  async #fetchPayloads(folder: string, documents: EvidenceDocuments): Promise<void> {
    const { run } = documents['run.json'];
    const sums = publishedRounds(documents).flatMap((round) => agreedOutcome(round).parts.map(({ sumDigest }) => sumDigest));
    const wanted = [
      ...sums.map((digest) => ({ kind: payloadFolders.sums, digest, path: `/runs/${encodeURIComponent(run)}/sums/${digest}` })),
      ...documents['model-versions.json'].flatMap(({ digest, weightsDigest, optimiserStateDigest }) => [
        { kind: payloadFolders.weights, digest: weightsDigest, path: `/models/${digest}/weights` },
        { kind: payloadFolders.optimiserStates, digest: optimiserStateDigest, path: `/models/${digest}/optimiser-state` },
      ]),
    ].filter(({ digest }) => digest !== '');
    for (const [index, { kind, digest, path }] of wanted.entries()) {
      const bytes = await this.#patiently(() => this.#client.bytes(path));
      if (sha256Hex(bytes) !== digest) throw new ConsiliumError('digest-mismatch', `They are to become ${kind}/${digest}.`);
      await writeFile(join(folder, kind, digest), bytes);
      this.#onProgress(`${index + 1} of ${wanted.length} sums and models are here.`);
    }
  }

  /** A long run has more payloads than the coordinator hands out in a minute. */
  async #patiently<Result>(request: () => Promise<Result>): Promise<Result> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await request();
      } catch (error) {
        if (!(error instanceof ConsiliumError && error.entry.retryable) || attempt === attempts) throw error;
        this.#onProgress(`${error.message} Trying again.`);
      }
      await setTimeout(pauseMs, undefined, { signal: this.#signal });
    }
  }
}

function jsonText(document: object): string {
  return `${JSON.stringify(document, undefined, 2)}\n`;
}
