import { Command } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { runCommand } from '../shared/command-line/run-command.ts';
import { accessCommands } from './access-commands.ts';
import { auditCommands } from './audit-commands.ts';
import { evidenceCommands } from './evidence-commands.ts';
import { loginCommand } from './login-command.ts';
import { modelCommands } from './model-commands.ts';
import { runCommands } from './run-commands.ts';
import { siteCommands } from './site-commands.ts';
import { studyCommands } from './study-commands.ts';

const notes = `
Output: tables for people; with --json one JSON object with the keys of the coordinator's HTTP API (GET /api/v1/openapi.json).

Examples:
  consilium study check heart.json
  consilium --connection operator.json study submit heart.json
  consilium study keygen lead-key.pem
  consilium --connection operator.json study roster heart-disease --key lead-key.pem
  consilium --connection operator.json run start heart-disease --wait --watch
  consilium --connection operator.json model get heart-disease-1 --output model`;

/** What the data-science team types. */
export function main(argv: string[], io: CommandIo): Promise<number> {
  const program = new Command('consilium')
    .description('Steers studies and runs of a federation, and fetches its models.')
    .option('--connection <file>', 'connection file of the coordinator (default: the environment variable CONSILIUM_CONNECTION)')
    .addHelpText('after', notes);
  for (const command of [studyCommands(io), runCommands(io), modelCommands(io), siteCommands(io), auditCommands(io), evidenceCommands(io), accessCommands(io), loginCommand(io)]) program.addCommand(command);
  return runCommand(program, argv, io);
}
