import { join } from 'node:path';
import { runCommand } from '../support/command.ts';
import { sites } from './federation-template.ts';
import type { FederationUnderChaos } from './federation-under-chaos.ts';

/**
 * Asks the programs themselves, as people would: the audit log, the evidence of the run, and every site's ledger with the
 * coordinator. @returns what does not verify
 */
export async function refutations(federation: FederationUnderChaos, run: string, folder: string): Promise<string[]> {
  const env = { CONSILIUM_CONNECTION: federation.connectionFile() };
  const evidence = join(folder, 'evidence');
  const asked: readonly (() => Promise<string[]>)[] = [
    () => refuted('consilium', ['run', 'evidence', run, '--output', evidence], env).then(async (wrong) => [...wrong, ...(await refuted('consilium', ['evidence', 'verify', evidence]))]),
    () => refuted('consilium', ['audit', 'verify'], env),
    ...sites.map((site) => () => refuted('consilium-site', ['ledger', 'verify', federation.siteFolder(site), '--online'])),
  ];
  return (await Promise.all(asked.map((ask) => ask()))).flat();
}

async function refuted(command: 'consilium' | 'consilium-site', args: readonly string[], env?: Record<string, string>): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runCommand(command, args, env);
  return exitCode === 0 ? [] : [`${command} ${args.slice(0, 2).join(' ')} ends with ${exitCode}: ${stdout}${stderr}`];
}
