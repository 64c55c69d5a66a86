import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { readIfThere } from '../shared/files/durable-file.ts';
import { requireVacant } from '../shared/files/private-folder.ts';

/** Where a demonstration writes; all of it lies in one folder. */
export interface DemoFolder extends AsyncDisposable {
  readonly path: string;
  readonly hospitals: string;
  readonly bundles: string;
  readonly coordinator: string;
  readonly sites: string;
  readonly logs: string;
  readonly metrics: string;
  readonly model: string;
  readonly connection: string;
  /** The data-science team's, of the study. */
  readonly leadKey: string;
}

/** Says that a folder may be replaced, and which process is at work in it. */
const markerName = 'made-by-the-demo.json';
const markerSchema = z.object({ runningAs: z.int().nullable() });

/**
 * An empty folder at this path. What an earlier demonstration left there is removed, and nothing else ever is.
 * @throws ConsiliumError `folder-in-use`
 */
export async function claimDemoFolder(path: string): Promise<DemoFolder> {
  const markerFile = join(path, markerName);
  const mark = (runningAs: number | null) => writeFile(markerFile, `${JSON.stringify({ runningAs })}\n`);
  const marker = await readIfThere(markerFile);
  if (marker === undefined) requireVacant(path);
  else await clear(path, marker);
  await mkdir(path, { recursive: true, mode: 0o700 });
  await mark(process.pid);
  const folder = {
    path,
    hospitals: join(path, 'hospitals'),
    bundles: join(path, 'bundles'),
    coordinator: join(path, 'coordinator'),
    sites: join(path, 'sites'),
    logs: join(path, 'logs'),
    metrics: join(path, 'metrics'),
    model: join(path, 'model'),
    connection: join(path, 'connection.json'),
    leadKey: join(path, 'lead-key.pem'),
    [Symbol.asyncDispose]: () => mark(null),
  };
  for (const inside of [folder.bundles, folder.sites, folder.logs, folder.metrics]) await mkdir(inside);
  return folder;
}

async function clear(path: string, marker: Buffer): Promise<void> {
  const { runningAs } = markerSchema.parse(JSON.parse(marker.toString('utf8')));
  if (runningAs !== null && runningAs !== process.pid && isRunning(runningAs)) {
    throw new ConsiliumError('folder-in-use', `A demonstration is running in ${path}, as process ${runningAs}.`);
  }
  for (const name of await readdir(path)) {
    if (name !== markerName) await rm(join(path, name), { recursive: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
