import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCoordinator } from '../../coordinator/coordinator.ts';
import { openCoordinatorFolder } from '../../coordinator/federation/coordinator-folder.ts';
import { Store } from '../../coordinator/store/store.ts';
import { silentLogger } from '../../shared/logs/logger.ts';
import { sha256 } from '../../shared/statements/digest.ts';
import { runCommand } from '../support/command.ts';
import { approveAtSite } from '../support/consent.ts';
import { joinSite } from '../support/federation.ts';
import { layerModel } from '../support/layer-model.ts';
import { patience } from '../support/patience.ts';
import { signRosterOf } from '../support/signed-roster.ts';
import { startSmallAgent } from '../support/small-agent.ts';
import { smallDataSet, smallPlan, smallTable, type PlanJson } from '../support/small-study.ts';

export const sites = ['mercy', 'north', 'south'] as const;
export const coordinatorFolderOf = (path: string): string => join(path, 'coordinator');

/** Seconds; short, so that even a small training is kept several times. */
const checkpointSeconds = 0.1;

/** What both ends keep free: the disk of a run is a small one. */
const reserveMiB = 4;

/** All sites in every round, deadlines that no clock reaches, and every kind of round; training takes a second or two. */
export function chaosPlan(trainingRounds: number): PlanJson {
  return smallPlan({
    study: 'chaos',
    model: { topology: layerModel(3, [{ units: 16, activation: 'tanh' }, { units: 1, activation: 'sigmoid' }]) },
    training: { losses: ['binaryCrossentropy'], optimiser: { name: 'adam', learningRate: 0.002 }, batchSize: 8, localSteps: 400 },
    aggregation: { serverOptimiser: { name: 'fedavgm', momentum: 0.5 }, weightCap: 64, clipping: { calibration: { headRoom: 4 } } },
    rounds: { count: trainingRounds, quorum: sites.length, deadlineSeconds: 86_400 },
  });
}

/**
 * Founds a federation, enrols its sites and has a study approved, once and for all runs: each begins from a copy. The
 * secrets from which the sites' training randomness follows are made from the seed.
 */
export async function makeTemplate(path: string, plan: PlanJson, seed: number): Promise<void> {
  const coordinatorFolder = coordinatorFolderOf(path);
  await runCommand('consilium-coordinator', ['init', coordinatorFolder, '--name', 'Chaos', '--host', '127.0.0.1']);
  writeFileSync(join(coordinatorFolder, 'storage.json'), JSON.stringify({ minimumFreeMiB: reserveMiB }));
  const folder = await openCoordinatorFolder(coordinatorFolder);
  const free = { host: '127.0.0.1', port: 0 };
  await using coordinator = await startCoordinator({ folder: coordinatorFolder, siteAddress: free, operationsAddress: free, log: silentLogger });
  await using store = await Store.open(folder.databaseFile);
  await using agents = new AsyncDisposableStack();
  for (const site of sites) {
    const siteFolder = join(path, site);
    await joinSite({ folder, store, port: coordinator.sitePort, site, siteFolder, dataSet: smallDataSet, table: smallTable(site) });
    agents.use(await startSmallAgent(siteFolder, site));
    writeFileSync(join(siteFolder, 'state', 'training-secret'), sha256(`consilium/chaos/training-secret/${seed}/${site}`), { mode: 0o600 });
  }
  await coordinator.studies.submit(Buffer.from(JSON.stringify(plan)), 'chaos');
  const enrolled = (await store.read.sites.list()).map(({ name, signingKey }) => ({ site: name, signingKey }));
  const recorded = await signRosterOf(coordinator, plan.study, { federation: folder.federation.id, enrolled, leadKey: generateKeyPairSync('ed25519').privateKey });
  await Promise.all(sites.map((site) => approveAtSite(join(path, site), recorded)));
  await coordinator.decisions.decided(plan.study, patience());
}

/** Copies the template; the sites of the copy dial these ports. */
export function copyTemplate(template: string, path: string, portOf: (site: string) => number): void {
  execFileSync('cp', ['-a', template, path]); // cpSync gives folders other permissions, and keys are then not private
  for (const site of sites) {
    const file = join(path, site, 'site.json');
    const settings = JSON.parse(readFileSync(file, 'utf8')) as object;
    writeFileSync(file, JSON.stringify({ ...settings, coordinator: `127.0.0.1:${portOf(site)}`, checkpointSeconds, minimumFreeMiB: reserveMiB }));
  }
}
