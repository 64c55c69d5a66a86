import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A virtual environment of Python in which a peer runs; versions are those of the peers' README. */
export interface PeerEnvironment {
  readonly name: 'flower' | 'nvflare';
  readonly packages: readonly string[];
}

export const peerEnvironments: readonly PeerEnvironment[] = [
  { name: 'flower', packages: ['flwr==1.41.0', 'numpy==2.4.6'] },
  { name: 'nvflare', packages: ['nvflare[HE]==2.9.0', 'numpy==2.4.6'] },
];

/** Where `npm run bench:peers-setup` puts them. */
export function environmentFolder(name: PeerEnvironment['name']): string {
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'consilium-bench', name);
}

export function isInstalled(name: PeerEnvironment['name']): boolean {
  return existsSync(join(environmentFolder(name), 'installed'));
}

/** The scripts that give the peers the same work, beside this repository. */
export const peerScripts = join(import.meta.dirname, '..', '..', '..', 'shared', 'peers');
