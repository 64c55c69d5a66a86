/**
 * What the federation itself costs: seconds a round, bytes, memory and processor time of a coordinator and its sites, each a process of
 * its own, over a model that is not trained but changed by a fixed delta. Everything else is as in production.
 */
import { parseArgs } from 'node:util';
import { interruptionSignal } from '../shared/command-line/interruption.ts';
import { measureFederation } from './federation-case.ts';
import { writeFederationTable } from './federation-table.ts';
import { laneNameOf, works } from './work.ts';

const { values } = parseArgs({
  options: {
    case: { type: 'string', default: 'mobile' },
    rounds: { type: 'string' },
    sites: { type: 'string' },
    lanes: { type: 'string' },
    'agents-per-process': { type: 'string', default: '1' },
    /** Also the transport floor. */
    clear: { type: 'boolean', default: false },
    /** Folder for CPU profiles of the coordinator and of one agent. */
    profiles: { type: 'string' },
    /** Folder for the logs, which otherwise go. */
    logs: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const known = works[values.case];
if (!known) throw new Error(`There is no case ${values.case}; there are ${Object.keys(works).join(', ')}.`);
const work = { ...known, ...(values.rounds && { rounds: Number(values.rounds) }), ...(values.sites && { sites: Number(values.sites) }), ...laneNameOf(values.lanes) };
const figures = await measureFederation(work, {
  signal: interruptionSignal(),
  agentsPerProcess: Number(values['agents-per-process']),
  floor: values.clear,
  profiles: values.profiles,
  keep: values.logs,
  onProgress: (text) => process.stderr.write(`${text}\n`),
});
if (values.json) console.log(JSON.stringify({ event: 'summary', ...figures }));
else writeFederationTable(process.stdout, [figures]);
