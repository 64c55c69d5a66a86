import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { accessTokenOf } from '../cli/access-token.ts';
import { CoordinatorClient } from '../cli/coordinator-client.ts';
import { formatConnection, parseConnection } from '../shared/http-api/connection-file.ts';
import type { PreparedHospitals } from './data/prepare-hospitals.ts';
import type { DemoFolder } from './demo-folder.ts';
import type { Programs } from './programs.ts';

/** A process of the federation that goes on until the end. */
export interface FederationProgram {
  readonly name: string;
  readonly pid: number;
  /** Where its metrics are, as long as it runs. */
  readonly metrics: string;
}

export interface DemoFederation {
  readonly client: CoordinatorClient;
  /** The coordinator first. */
  readonly programs: readonly FederationProgram[];
}

export interface FederationOptions {
  readonly folder: DemoFolder;
  readonly programs: Programs;
  readonly hospitals: PreparedHospitals['hospitals'];
  /** The name under which the study asks for the hospitals' tables. */
  readonly dataSet: string;
  readonly onProgress: (text: string) => void;
}

const host = '127.0.0.1';
const freePort = `${host}:0`;
const coordinatorReady = z.object({ sitePort: z.int(), httpPort: z.int(), operationsUrl: z.url() });
const siteReady = z.object({ operationsUrl: z.url() });

/** Founds a federation on this machine and lets the hospitals join it, with the commands that people type. */
export async function startDemoFederation({ folder, programs, hospitals, dataSet, onProgress }: FederationOptions): Promise<DemoFederation> {
  onProgress('The coordinator founds a federation.');
  const coordinator = (...rest: string[]) => ({ name: 'coordinator', program: 'consilium-coordinator', arguments: rest }) as const;
  await programs.run(coordinator('init', folder.coordinator, '--name', 'Demonstration', '--host', host));
  const { pid, ready } = await programs.serve(
    coordinator('serve', folder.coordinator, '--site-address', freePort, '--http-address', freePort, '--metrics-address', freePort),
  );
  const { sitePort, httpPort, operationsUrl } = coordinatorReady.parse(ready);

  let joined = 0;
  const sitePrograms = await Promise.all(
    hospitals.map(async ({ site, path }): Promise<FederationProgram> => {
      const bundle = join(folder.bundles, site);
      const siteFolder = join(folder.sites, site);
      const agent = (...rest: string[]) => ({ name: site, program: 'consilium-site', arguments: rest }) as const;
      await programs.run(coordinator('invite', folder.coordinator, site, '--address', `${host}:${sitePort}`, '--output', bundle));
      await programs.run(agent('join', siteFolder, '--bundle', bundle));
      await programs.run(agent('data', 'add', siteFolder, dataSet, path));
      const served = await programs.serve(agent('serve', siteFolder, '--operations-port', '0'));
      onProgress(`${(joined += 1)} of ${hospitals.length} hospitals have joined.`);
      return { name: site, pid: served.pid, metrics: `${siteReady.parse(served.ready).operationsUrl}/metrics` };
    }),
  );
  return {
    client: await connect(folder, httpPort, programs.signal),
    programs: [{ name: 'coordinator', pid, metrics: `${operationsUrl}/metrics` }, ...sitePrograms],
  };
}

/** A connection file like the one of `init`, for the port that was free. */
async function connect(folder: DemoFolder, httpPort: number, signal: AbortSignal): Promise<CoordinatorClient> {
  const file = join(folder.coordinator, 'operator.json');
  const connection = { ...parseConnection(file, await readFile(file, 'utf8')), url: `https://${host}:${httpPort}` };
  await writeFile(folder.connection, formatConnection(connection), { mode: 0o600 });
  return new CoordinatorClient(connection, accessTokenOf(folder.connection, connection, signal), signal);
}
