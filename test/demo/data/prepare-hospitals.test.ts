import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { expect } from 'chai';

import { prepareHospitals, type HospitalSources, type PreparedHospitals } from '../../../demo/data/prepare-hospitals.ts';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import { openDataSet } from '../../../site-agent/data/data-set.ts';

const uciFolder = fileURLToPath(new URL('../../../../shared/data/heart-disease-uci', import.meta.url));
const uciFiles = ['cleveland', 'hungarian', 'switzerland', 'va'].map((name) => `processed.${name}.data`);
const plan = planSchema.parse(JSON.parse(readFileSync(new URL('../../../examples/heart-disease.json', import.meta.url), 'utf8')));

const publicData = existsSync(uciFolder)
  ? { suite: describe, title: 'from the public data' }
  : { suite: describe.skip, title: `from the public data (skipped: ${uciFolder} is not there)` };

/** Published by FLamby: rows for training and for the test. */
const published = [[199, 104], [172, 89], [30, 16], [85, 45]];

async function withTarget(test: (folder: string) => Promise<void>): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'consilium-hospitals-'));
  await test(folder.path);
}

/** Nothing beside the repository, nothing logged, unless a test says so. */
function prepare(folder: string, name: string, sources: Partial<HospitalSources>): Promise<PreparedHospitals> {
  return prepareHospitals(join(folder, name), { neighbourDir: join(folder, 'nothing'), log: () => {}, ...sources });
}

function tables({ hospitals }: PreparedHospitals): string[] {
  return hospitals.map(({ path }) => readFileSync(path, 'utf8'));
}

async function withServer(answer: (file: string) => Buffer | undefined, test: (address: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    const body = answer(request.url!.split('/').at(-1)!);
    response.writeHead(body ? 200 : 404).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    await test(`http://127.0.0.1:${(server.address() as AddressInfo).port}/heart-disease/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

describe('the four hospitals of the demonstration', () => {
  publicData.suite(publicData.title, () => {
    it('have the published numbers of rows and keep the contract of the example study', () =>
      withTarget(async (folder) => {
        const prepared = await prepare(folder, 'hospitals', { dataDir: uciFolder });
        expect(prepared.source).to.equal('heart-disease-uci');
        expect(prepared.hospitals.map(({ train, test }) => [train, test])).to.deep.equal(published);
        for (const { path, train, test } of prepared.hospitals) {
          const dataSet = await openDataSet({ 'heart-disease': { path } }, plan.data, folder);
          expect([dataSet.train.count, dataSet.test.count, dataSet.dropped.length]).to.deep.equal([train, test, 0]);
        }
      }));

    it("are the same from FLamby's table, from UCI's four files and from a download", () =>
      withTarget(async (folder) => {
        const four = join(folder, 'four');
        await mkdir(four);
        await Promise.all(uciFiles.map((file) => copyFile(join(uciFolder, file), join(four, file))));
        const fromTable = tables(await prepare(folder, 'a', { dataDir: uciFolder }));
        expect(tables(await prepare(folder, 'b', { dataDir: four }))).to.deep.equal(fromTable);
        expect(tables(await prepare(folder, 'c', { neighbourDir: uciFolder }))).to.deep.equal(fromTable);
        await withServer((file) => readFileSync(join(four, file)), async (address) => {
          const downloaded = await prepare(folder, 'd', { address });
          expect(downloaded.source).to.equal('heart-disease-uci');
          expect(tables(downloaded)).to.deep.equal(fromTable);
        });
      }));
  });

  it('are refused when a downloaded file is not the published one, naming file and both sums', () =>
    withTarget((folder) =>
      withServer(() => Buffer.from('a page of a captive portal'), async (address) => {
        const error: unknown = await prepare(folder, 'hospitals', { address }).catch((thrown: unknown) => thrown);
        expect(error).to.be.instanceOf(ConsiliumError).with.property('code', 'digest-mismatch');
        expect((error as ConsiliumError).message).to.match(/processed\.cleveland\.data has SHA-256 [0-9a-f]{64}, the published file has a74b7efa/);
        expect(existsSync(join(folder, 'hospitals'))).to.equal(false);
      }),
    ));

  it('are refused when a file in the folder named is not the published one', () =>
    withTarget(async (folder) => {
      await Promise.all(uciFiles.map((file) => writeFile(join(folder, file), '1,2,3\n')));
      const error: unknown = await prepare(folder, 'hospitals', { dataDir: folder }).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'digest-mismatch');
    }));

  it('are not invented when the folder named has no data', () =>
    withTarget(async (folder) => {
      const error: unknown = await prepare(folder, 'hospitals', { dataDir: folder, offline: true }).catch((thrown: unknown) => thrown);
      expect(error).to.have.property('code', 'not-found');
      expect((error as Error).message).to.contain(folder);
    }));

  it('are invented when the download does not answer, and the log says so', () =>
    withTarget(async (folder) => {
      const lines: string[] = [];
      await withServer(() => undefined, async (address) => {
        const { source } = await prepare(folder, 'hospitals', { address, log: (line) => lines.push(line) });
        expect(source).to.equal('synthetic');
      });
      expect(lines).to.have.length(2);
      expect(lines[1]).to.contain('invented patients');
    }));

  it('do not wait for a server that is silent', () =>
    withTarget(async (folder) => {
      const silent = createServer(() => {}).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      try {
        const address = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
        expect((await prepare(folder, 'hospitals', { address, timeoutMs: 50 })).source).to.equal('synthetic');
      } finally {
        silent.closeAllConnections();
        silent.close();
      }
    }));

  it('are the same each time they are invented, with the published numbers, and keep the contract', () =>
    withTarget(async (folder) => {
      const [one, two] = [await prepare(folder, 'one', { offline: true }), await prepare(folder, 'two', { offline: true })];
      expect(tables(one)).to.deep.equal(tables(two));
      expect(one.hospitals.map(({ train, test }) => [train, test])).to.deep.equal(published);
      const positives = await Promise.all(
        one.hospitals.map(async ({ path }) => {
          const { train, test } = await openDataSet({ 'heart-disease': { path } }, plan.data, folder);
          return [train, test].map(({ targets }) => targets[0].reduce((sum, value) => sum + value, 0));
        }),
      );
      expect(positives).to.deep.equal([[91, 48], [65, 33], [30, 15], [66, 35]]);
    }));
});
