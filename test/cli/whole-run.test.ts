import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { startApiCoordinator, type ApiCoordinator } from '../support/api-coordinator.ts';
import { runCommand } from '../support/command.ts';
import { approveAtSite } from '../support/consent.ts';
import { startSmallAgent } from '../support/small-agent.ts';
import { smallPlan, smallTable } from '../support/small-study.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const sites = ['mercy', 'north', 'south'];

describe('a whole run from the command line', () => {
  const resources = new AsyncDisposableStack();
  const folder = resources.use(temporaryFolder());
  let api: ApiCoordinator;
  let watched: { exitCode: number | null; stdout: string; stderr: string };

  const consilium = (...args: string[]) => runCommand('consilium', args, { CONSILIUM_CONNECTION: api.connectionFile });

  before(async () => {
    api = resources.use(await startApiCoordinator());
    const folders = await api.enrol(...sites);
    for (const [index, site] of sites.entries()) resources.use(await startSmallAgent(folders[index]!, site));
    const planFile = join(folder.path, 'plan.json');
    writeFileSync(planFile, JSON.stringify(smallPlan()));
    await consilium('study', 'submit', planFile);
    const leadKey = join(folder.path, 'lead-key.pem');
    await consilium('study', 'keygen', leadKey);
    await consilium('study', 'roster', 'small-study', '--key', leadKey, '--yes');
    const recorded = (await api.coordinator.rosters.list('small-study')).at(-1)!;
    for (const siteFolder of folders) await approveAtSite(siteFolder, recorded);
    watched = await consilium('run', 'start', 'small-study', '--wait', '--watch');
  });
  after(() => resources.disposeAsync());

  it('is watched round by round and ends with 0', () => {
    expect(watched.exitCode, watched.stderr).to.equal(0);
    const lines = watched.stdout.split('\n');
    expect(lines.slice(0, 5).map((line) => line.trim().split(/ {2,}/).slice(0, 4).join('|'))).to.deep.equal([
      '1/5|normalisation|published|3 of 3 sites',
      '2/5|calibration|published|3 of 3 sites',
      '3/5|training 1|published|3 of 3 sites',
      '4/5|training 2|published|3 of 3 sites',
      '5/5|evaluation|published|3 of 3 sites',
    ]);
    expect(lines[5]).to.match(/^small-study-1 is completed: loss \d\.\d{4}, accuracy \d\.\d{4}, AUC \d\.\d{4} on 30 rows\.$/);
  });

  it('is told in full to whoever looks later', async () => {
    const { rounds, ...run } = JSON.parse((await consilium('run', 'show', 'small-study-1', '--json')).stdout);
    expect(run).to.include({ state: 'COMPLETED', publishedRounds: 5, scheduledRounds: 5 });
    expect(run.parameters.normalisation.inputs).to.have.length(3);
    expect(rounds[2]).to.deep.include({ purpose: 'training', trainingRound: 1, contributors: rounds[2].contributors, missing: [], declined: [] });
    expect(rounds[2].contributors).to.have.members(sites);
    expect(rounds[2].bytesUp).to.be.greaterThan(0);
    expect(rounds[4].evaluation).to.include({ rows: 30 });
  });

  it('tells a script the same events from the beginning', async () => {
    const { exitCode, stdout } = await consilium('run', 'watch', 'small-study-1', '--json');
    expect(exitCode).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.include({ event: 'state', run: 'small-study-1' });
  });

  it('publishes signed versions, of which the last one evaluates as its sites did', async () => {
    const { models } = JSON.parse((await consilium('model', 'list', '--run', 'small-study-1', '--json')).stdout);
    expect(models.map(({ number, signatures }: { number: number; signatures: object[] }) => [number, signatures.length])).to.deep.equal([[0, 0], [1, 2], [2, 2]]);
    const pooled = join(folder.path, 'pooled.csv');
    const [header] = smallTable('mercy').split('\n');
    writeFileSync(pooled, [header, ...sites.flatMap((site) => smallTable(site).trim().split('\n').slice(1))].join('\n'));
    const { exitCode, stdout, stderr } = await consilium('model', 'evaluate', 'small-study-1', '--data', pooled, '--json');
    expect(exitCode, stderr).to.equal(0);
    const { evaluation } = JSON.parse(stdout);
    expect(evaluation.rows).to.equal(models[2].evaluation.rows);
    expect(evaluation.accuracy).to.equal(models[2].evaluation.accuracy);
    expect(evaluation.auc).to.equal(models[2].evaluation.auc);
    expect(evaluation.loss).to.be.closeTo(models[2].evaluation.loss, 1e-3);
  });

  it('is counted in the metrics', async () => {
    const page = await (await fetch(`${api.coordinator.operationsUrl}/metrics`)).text();
    expect(page).to.contain('consilium_rounds_total{purpose="training",state="PUBLISHED"} 2\n').and.to.contain('consilium_connected_sites 3\n');
    expect(page).to.contain('consilium_contributions_total{site="mercy",part="update"} 2\n').and.to.contain('consilium_contributions_total{site="mercy",part="statistics"} 5\n');
    expect(page).to.match(/consilium_transferred_bytes_total\{site="mercy",direction="up"\} [1-9]/).and.to.match(/consilium_transferred_bytes_total\{site="mercy",direction="down"\} [1-9]/);
    expect(page).to.contain('consilium_round_duration_seconds_count{purpose="training"} 2\n').and.to.contain('consilium_runs{state="COMPLETED"} 1\n');
  });
});
