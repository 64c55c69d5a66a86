import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import type { CommandIo } from '../shared/command-line/command-io.ts';
import { readInputFile } from '../shared/command-line/input-file.ts';
import { runCommand } from '../shared/command-line/run-command.ts';
import { writeTable } from '../shared/command-line/table.ts';
import { ConsiliumError } from '../shared/errors/consilium-error.ts';
import { createLogger, type LogLevel } from '../shared/logs/logger.ts';
import { lastingMemoryOf } from './agreement/lasting-memory.ts';
import { checkSite } from './check/check-site.ts';
import type { Finding } from './check/finding.ts';
import { pauseCommand, resumeCommand } from './consent/commands/pause-commands.ts';
import { identityCommand, peerCommands } from './consent/commands/peer-commands.ts';
import { policyCommands } from './consent/commands/policy-commands.ts';
import { studyCommands } from './consent/commands/study-commands.ts';
import { addDataSet } from './identity/data-set-settings.ts';
import { joinFederation } from './identity/join.ts';
import { addAuditCommand } from './audit/audit-command.ts';
import { addLedgerCommands } from './ledger-commands.ts';
import { serveSite } from './serve.ts';
import { startTrainer } from './training/trainer.ts';
import { engineText, type EngineName } from './training/training-engine.ts';

const firstSteps = `
First steps:
  consilium-site join /var/lib/consilium --bundle mercy.bundle
  consilium-site data add /var/lib/consilium heart-disease /data/heart.csv
  consilium-site check /var/lib/consilium --plan heart-disease.json
  consilium-site serve /var/lib/consilium`;

/** `consilium-site`: what hospital IT types. */
export function main(argv: string[], io: CommandIo): Promise<number> {
  const program = new Command('consilium-site')
    .description('Runs the agent of one hospital: it trains on local data and sends encrypted sums to a coordinator. It dials out; nothing dials in.')
    .addHelpText('after', firstSteps);

  program
    .command('join')
    .description('Enrol this hospital with the three-line bundle that the operator of the federation sent.')
    .argument('<folder>', 'an empty folder for keys, certificates and settings')
    .option('--bundle <file>', 'the bundle; without it, standard input is read')
    .option('--memory-of <folder>', 'when the bundle replaces this site: its earlier folder, of which the newest that is there. What the site signed, and may not contradict, is taken along; keys, ledger and decisions are not')
    .option('--proxy <url>', 'the hospital\'s HTTP proxy, http://host:port or https://host:port; goes into site.json')
    .option('--proxy-login <file>', 'a file with user:password for the proxy, which only this user can read; or set CONSILIUM_PROXY_LOGIN')
    .option('--certificate-authorities <file>', 'PEM certificates that may vouch for a proxy with https://; they never vouch for the coordinator')
    .addHelpText('after', '\nHTTPS_PROXY and NO_PROXY are not read: the agent later runs as a service and would not see them. Name the proxy here.')
    .action(async (folder: string, options: JoinOptions, command: Command) => {
      const bundle = options.bundle === undefined ? await readStream(io.stdin) : (await readInputFile(options.bundle)).toString('utf8');
      const { memoryOf } = options;
      const { settings } = await joinFederation(folder, bundle, { signal: io.signal, network: networkOf(options), ...(memoryOf !== undefined && { memoryOf }) });
      const remembered = Object.keys(lastingMemoryOf(folder)).length;
      const joined = { event: 'joined', site: settings.site, federation: settings.federation.name, folder, remembered };
      say(io, command, joined, [
        `Joined the federation ${settings.federation.name} as ${settings.site}. All keys were made here and stay here.`,
        ...(memoryOf === undefined ? [] : [`It knows what was signed in ${memoryOf}: ${remembered} records. Never start an agent there again.`]),
        `Next: name the data sets with  consilium-site data add ${folder} <name> <file>`,
        `then look at everything with   consilium-site check ${folder}`,
      ]);
    });

  const data = program.command('data').description('data sets that studies may ask for');
  data
    .command('add')
    .description('Let studies use a file under a name; it is read where it lies and never copied.')
    .argument('<folder>', 'the site\'s folder')
    .argument('<name>', 'the name that studies use: lower-case letters, digits and hyphens')
    .argument('<file>', 'a CSV file; a relative path starts at the site\'s folder')
    .action(async (folder: string, name: string, file: string, _options: object, command: Command) => {
      const path = await addDataSet(folder, name, file);
      say(io, command, { event: 'data-set-added', name, file: path }, [`Studies that ask for ${name} now read ${path}. A running agent takes it up after a restart.`]);
    });

  program
    .command('check')
    .description('Name everything that is wrong before anything runs, each hop on the way to the coordinator by itself; with a plan, also in the data that its study would read.')
    .argument('<folder>', 'the site\'s folder')
    .option('--plan <file...>', 'study plans from the data-science team: their data sets are read and checked against their data contracts')
    .option('--measure', 'also measure how long a call to the coordinator takes')
    .action(async (folder: string, { plan: plans, measure }: { plan?: string[]; measure?: boolean }, command: Command) => {
      const findings = await checkSite(folder, { signal: io.signal, plans, measure, environment: { ...io.env }, describeEngine });
      if (command.optsWithGlobals<{ json?: boolean }>().json) io.stdout.write(`${JSON.stringify({ event: 'check', findings })}\n`);
      else writeFindings(io, findings);
      if (findings.some(({ result }) => result === 'wrong')) throw new ConsiliumError('check-failed');
    });

  program
    .command('serve')
    .description('Run the agent until SIGTERM or SIGINT.')
    .argument('<folder>', 'the site\'s folder')
    .option('--operations-port <port>', 'metrics and health on 127.0.0.1 (0 takes a free port); overrides site.json', Number)
    .option('--log-file <file>', 'also append the log to this file, as JSON')
    .addOption(new Option('--log-level <level>', 'how much the log says').choices(['error', 'warn', 'info', 'debug']).default('info'))
    .action(async (folder: string, options: { operationsPort?: number; logFile?: string; logLevel: LogLevel }, command: Command) => {
      const log = createLogger({ level: options.logLevel, terminal: io.stderr.isTTY ? 'human' : 'json', file: options.logFile });
      const { operationsPort } = options;
      await serveSite({
        folder,
        log,
        signal: io.signal,
        ...(operationsPort !== undefined && { operationsPort }),
        onReady: ({ site, operationsUrl }) =>
          say(io, command, { event: 'serving', site, operationsUrl }, [`Site ${site} is at work.${operationsUrl ? ` Metrics and health: ${operationsUrl}` : ''} Stop it with Ctrl-C.`]),
      });
      say(io, command, { event: 'stopped' }, ['The site has stopped.']);
    });

  addLedgerCommands(program, io);
  addAuditCommand(program, io);
  for (const command of [identityCommand(io), peerCommands(io), policyCommands(io), studyCommands(io), pauseCommand(io), resumeCommand(io)]) program.addCommand(command);

  return runCommand(program, argv, io);
}

interface JoinOptions {
  readonly bundle?: string;
  readonly memoryOf?: string;
  readonly proxy?: string;
  readonly proxyLogin?: string;
  readonly certificateAuthorities?: string;
}

/** With absolute paths: those that a person types start where that person is, those of site.json at the site's folder. */
function networkOf({ proxy, proxyLogin, certificateAuthorities }: JoinOptions) {
  if (proxy === undefined) {
    if (proxyLogin === undefined && certificateAuthorities === undefined) return undefined;
    throw new ConsiliumError('invalid-request', 'A login or certificate authorities for a proxy need --proxy.');
  }
  return {
    proxy: { url: proxy, ...(proxyLogin !== undefined && { loginFile: resolve(proxyLogin) }) },
    ...(certificateAuthorities !== undefined && { certificateAuthorities: resolve(certificateAuthorities) }),
  };
}

function say(io: CommandIo, command: Command, json: object, lines: readonly string[]): void {
  io.stdout.write(command.optsWithGlobals<{ json?: boolean }>().json ? `${JSON.stringify(json)}\n` : `${lines.join('\n')}\n`);
}

function writeFindings(io: CommandIo, findings: readonly Finding[]): void {
  const columns = [
    { title: 'STEP', text: ({ step }: Finding) => step },
    { title: 'RESULT', text: ({ result }: Finding) => result },
    { title: 'WHAT WAS FOUND', text: ({ message }: Finding) => message },
  ];
  writeTable(io.stdout, columns, findings);
  const advice = findings.filter(({ next }) => next !== '').map(({ step, next }) => `${step}: ${next}\n`);
  io.stdout.write(`${[...new Set(advice)].join('')}${summary(findings)}\n`);
}

/** `All 12 steps are right.`, or `2 of 12 steps are wrong, 3 could not be examined.` */
function summary(findings: readonly Finding[]): string {
  const count = (wanted: Finding['result']): number => findings.filter(({ result }) => result === wanted).length;
  const [wrong, warnings, unexamined] = [count('wrong'), count('warning'), count('not-examined')];
  const steps = wrong === 0 ? `All ${findings.length} steps are right` : `${wrong} of ${findings.length} steps are wrong`;
  const parts = [steps, ...(warnings > 0 ? [`${warnings} with a warning`] : []), ...(unexamined > 0 ? [`${unexamined} could not be examined`] : [])];
  return `${parts.join(', ')}.`;
}

async function describeEngine(engine: EngineName): Promise<string> {
  await using trainer = await startTrainer({ engine });
  return engineText(trainer.engine);
}

async function readStream(stream: NodeJS.ReadableStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks).toString('utf8');
}
