import { spawnSync } from 'node:child_process';
import { delimiter, join } from 'node:path';

/** The first `node` on the PATH that is older than the one Consilium needs, to try the launcher with. */
export function findOldNode(): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find((binary) => Number(/^v(\d+)\./.exec(spawnSync(binary, ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[1]) < 24);
}
