import { once } from 'node:events';
import { readFileSync, watch } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { createLogger } from '../../shared/logs/logger.ts';
import { searchFiles, type Needles } from '../support/byte-search.ts';
import { startFederation } from '../support/federation.ts';
import { divergingPlan, smallDataSet, smallPlan, smallTables, type PlanJson } from '../support/small-study.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sites = ['mercy', 'north', 'south'];

/** Values of one patient's row that stand nowhere else. The second number makes training diverge. */
const canaries = { dose: '4.7318264905', age: '73182649055173182649055', ward: 'ward-kJ7Qx2', note: 'note-Zt94Lm' };

/** As text, and as the numbers that a program would hold. */
const needles: Needles = Object.fromEntries(
  Object.values(canaries).flatMap((text): [string, Buffer][] => {
    const value = Number(text);
    if (Number.isNaN(value)) return [[text, Buffer.from(text)]];
    const double = Buffer.alloc(8);
    double.writeDoubleLE(value);
    return [
      [text, Buffer.from(text.slice(0, 10))],
      [`${text} as float32 text`, Buffer.from(String(Math.fround(value)).slice(0, 10))],
      [`${text} as float64`, double],
    ];
  }),
);

describe('a value of a patient row', () => {
  it('is nowhere but in the data file, whether the run completes, training fails or the data break the contract', async () => {
    using logs = temporaryFolder();
    const logFile = join(logs.path, 'everything.log');
    const log = createLogger({ level: 'debug', terminal: 'none', file: logFile });
    const tables = smallTables(...sites);
    const pages: string[] = [];
    const outcomes: string[] = [];
    await using federation = await startFederation({ dataSet: smallDataSet, tables, log });

    async function runWith(row: { age?: string; dose?: string; ward?: string }, plan: PlanJson): Promise<void> {
      await writeFile(join(federation.siteFolder('south'), 'data.csv'), withCanary(tables['south']!, row));
      const run = await federation.run(plan);
      outcomes.push(`${run.id} ${run.state}`);
      pages.push(JSON.stringify(run), await (await fetch(`${federation.coordinator.operationsUrl}/metrics`)).text());
      for (const site of sites) pages.push(await federation.agent(site).metrics());
    }

    await runWith({ dose: canaries.dose }, smallPlan({ study: 'kept' }));
    await runWith({ age: canaries.age }, divergingPlan());
    await runWith({ ward: canaries.ward }, smallPlan({ study: 'broken-category' }));
    await runWith({ age: canaries.age }, smallPlan({ study: 'broken-number' }));
    expect(outcomes).to.deep.equal(['kept-1 COMPLETED', 'diverging-1 FAILED', 'broken-category-1 FAILED', 'broken-number-1 FAILED']);
    for (const site of sites) await federation.agent(site)[Symbol.asyncDispose]();
    log.info('last line');
    await writtenTo(logFile, 'last line');
    await writeFile(join(logs.path, 'pages.txt'), pages.join('\n'));

    const dataFile = join(federation.siteFolder('south'), 'data.csv');
    const found = [...(await searchFiles(federation.path, needles)), ...(await searchFiles(logs.path, needles))];
    expect(found.filter((place) => !place.endsWith(dataFile))).to.deep.equal([]);
    expect(found, 'the search finds it in the data file').to.include(`${canaries.note} ${dataFile}`);
    const logged = readFileSync(logFile, 'utf8');
    expect(logged).to.contain('training-failed').and.to.contain('data-invalid');
    expect(await searchFiles(federation.coordinatorFolder, { study: Buffer.from('broken-category') }), 'the search reads the database').not.to.deep.equal([]);
  });
});

/** The table with one training row changed, and a column that no study asks for. */
function withCanary(table: string, row: { age?: string; dose?: string; ward?: string }): string {
  const [header, first, ...rest] = table.trim().split('\n') as [string, string, ...string[]];
  const [age, dose, ward, ...others] = first.split(',');
  const changed = [row.age ?? age, row.dose ?? dose, row.ward ?? ward, ...others, canaries.note].join(',');
  return [`${header},note`, changed, ...rest.map((line) => `${line},`), ''].join('\n');
}

/** Log files are written behind; waits until a line is there. */
async function writtenTo(file: string, line: string): Promise<void> {
  const watcher = watch(file);
  try {
    while (!readFileSync(file, 'utf8').includes(line)) await once(watcher, 'change');
  } finally {
    watcher.close();
  }
}
