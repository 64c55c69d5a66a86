import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunDetailResource } from '../shared/http-api/run-resource.ts';
import { readLayersModelFolder } from '../shared/models/layers-model-folder.ts';
import { checkPlan } from '../shared/studies/checked-plan.ts';
import { prepareHospitals, type HospitalSources } from './data/prepare-hospitals.ts';
import type { DemoSummary, DemoTeller } from './demo-event.ts';
import { startDemoFederation, type FederationProgram } from './demo-federation.ts';
import { claimDemoFolder } from './demo-folder.ts';
import { trainHospitalsAlone } from './hospitals-alone.ts';
import { Programs } from './programs.ts';
import { agreeOnStudy } from './study-agreement.ts';
import { trainedRounds, trainTogether } from './training-run.ts';

export interface DemoOptions extends Pick<HospitalSources, 'dataDir' | 'offline' | 'synthetic'> {
  readonly folder: string;
  /** Training rounds; as many as the example study asks for without it. */
  readonly rounds?: number;
  /** Leave everything running until the signal aborts. */
  readonly keep?: boolean;
  readonly signal: AbortSignal;
}

const example = new URL('../examples/heart-disease.json', import.meta.url);

/** A whole federation on this machine, from its foundation to a model that is compared with what each hospital could do alone. */
export async function demonstrate(options: DemoOptions, teller: DemoTeller): Promise<void> {
  const startedMs = performance.now();
  await using folder = await claimDemoFolder(options.folder);
  await using programs = new Programs(folder.logs, options.signal);
  try {
    const note = (text: string) => teller.tell({ event: 'note', text });
    note('Four hospitals train one model together; their records stay where they are.');
    const { source, hospitals } = await prepareHospitals(folder.hospitals, { ...options, log: note });
    teller.tell({ event: 'data', data: source, hospitals: hospitals.map(({ site, train, test }) => ({ site, train, test })) });
    const planJson = await planFor(options.rounds);
    const { plan } = await checkPlan(planJson);

    const onProgress = (text: string) => teller.progress(text);
    const federation = await startDemoFederation({ folder, programs, hospitals, dataSet: plan.data.dataset, onProgress });
    for (const program of federation.programs) teller.tell({ event: 'program', ...program, log: programs.logFile(program.name) });
    const sites = hospitals.map(({ site }) => site);
    const study = await agreeOnStudy({ client: federation.client, folder, sites, planJson, signal: programs.signal, note, onProgress });
    const run = await trainTogether({
      client: federation.client,
      study,
      rounds: plan.rounds.count,
      onProgress,
      onRound: (round) => teller.tell({ event: 'round', ...round }),
    });
    await programs.run({ name: 'consilium', program: 'consilium', arguments: ['--connection', folder.connection, 'model', 'get', run.id, '--output', folder.model] });

    onProgress('Each hospital trains alone, to compare.');
    const together = { weights: (await readLayersModelFolder(folder.model)).weights, normalisation: run.parameters.normalisation! };
    for await (const hospital of trainHospitalsAlone({ plan, hospitals, together, signal: programs.signal })) {
      teller.tell({ event: 'hospital-alone', ...hospital });
    }
    await saveMetrics(folder.metrics, federation.programs, programs.signal);
    const { model, logs, metrics, connection } = folder;
    teller.tell({ event: 'places', run: run.id, model, logs, metrics, connection });
    teller.tell({ event: 'summary', data: source, ...figuresOf(run), seconds: (performance.now() - startedMs) / 1000, modelFolder: model });

    if (!options.keep) return;
    teller.keepRunning();
    if (!programs.signal.aborted) await once(programs.signal, 'abort');
    if (!options.signal.aborted) throw programs.signal.reason;
  } catch (thrown) {
    throw programs.signal.aborted ? programs.signal.reason : thrown;
  }
}

async function planFor(rounds: number | undefined): Promise<Buffer> {
  const bytes = await readFile(example);
  if (rounds === undefined) return bytes;
  const plan = JSON.parse(bytes.toString('utf8')) as { rounds: object };
  return Buffer.from(JSON.stringify({ ...plan, rounds: { ...plan.rounds, count: rounds } }));
}

async function saveMetrics(folder: string, programs: readonly FederationProgram[], signal: AbortSignal): Promise<void> {
  for (const { name, metrics } of programs) {
    const page = await fetch(metrics, { signal });
    await writeFile(join(folder, `${name}.prom`), await page.text());
  }
}

function figuresOf(run: RunDetailResource): Omit<DemoSummary, 'data' | 'seconds' | 'modelFolder'> {
  const rounds = trainedRounds(run.rounds);
  const { accuracy, auc } = rounds.at(-1)!;
  const total = (figure: 'bytesUp' | 'contributors') => rounds.reduce((sum, round) => sum + round[figure], 0);
  return {
    sites: run.sites.length,
    rounds: rounds.length,
    encrypted: true, // a site has no other way to send
    pooledAccuracy: accuracy,
    pooledAuc: auc,
    bytesUpPerSiteRound: Math.round(total('bytesUp') / total('contributors')),
  };
}
