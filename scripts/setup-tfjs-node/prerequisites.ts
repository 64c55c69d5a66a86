import { spawnSync } from 'node:child_process';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** What builds the binding, and the Debian package that has it. */
const tools = [
  { command: 'g++', package: 'g++' },
  { command: 'make', package: 'make' },
  { command: 'python3', package: 'python3' },
] as const;

/** @throws engine-not-for-platform, build-tools-missing */
export function requirePrerequisites(env: NodeJS.ProcessEnv, platform: string = process.platform, architecture: string = process.arch): void {
  if (platform !== 'linux' || architecture !== 'x64') throw new ConsiliumError('engine-not-for-platform', `This is ${platform} on ${architecture}.`);
  const missing = tools.filter(({ command }) => spawnSync(command, ['--version'], { env, stdio: 'ignore' }).status !== 0);
  if (missing.length === 0) return;
  const packages = missing.map(({ package: name }) => name).join(' ');
  throw new ConsiliumError('build-tools-missing', `Missing: ${missing.map(({ command }) => command).join(', ')}. On Debian or Ubuntu: apt-get install ${packages}.`);
}
