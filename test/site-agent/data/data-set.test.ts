import { existsSync, readFileSync } from 'node:fs';
import { copyFile, mkdir, mkdtempDisposable, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';

import { expect } from 'chai';
import { PNG } from 'pngjs';

import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { planSchema } from '../../../shared/studies/plan.ts';
import { openDataSet } from '../../../site-agent/data/data-set.ts';
import { heartContract } from '../../shared/datasets/heart-contract.ts';

const contract = heartContract();
const table = 'age,chol,cp,target,set\n63,233,1,no,train\n41,204,3,yes,test\n';
const imageContract = heartContract({ columns: [{ name: 'file', type: 'image', height: 2, width: 2, channels: 1 }] });

async function withFiles(files: Record<string, string | Buffer>, test: (folder: string) => Promise<void>): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'consilium-data-'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder.path, name), content);
  await test(folder.path);
}

async function thrownBy(opening: Promise<unknown>): Promise<ConsiliumError> {
  const thrown: unknown = await opening.then(() => undefined, (error: unknown) => error);
  expect(thrown).to.be.instanceOf(ConsiliumError);
  return thrown as ConsiliumError;
}

function png(level: number): Buffer {
  const image = new PNG({ width: 1, height: 1 });
  image.data.set([level, level, level, 255]);
  return PNG.sync.write(image);
}

describe('a data set at a site', () => {
  it('is opened by the name in the contract, relative to the folder of the site', () =>
    withFiles({ 'heart.csv': table }, async (folder) => {
      const dataSet = await openDataSet({ heart: { path: 'heart.csv' } }, contract, folder);
      expect(dataSet).to.include({ name: 'heart' });
      expect([dataSet.train.count, dataSet.test.count]).to.deep.equal([1, 1]);
      expect(dataSet.snapshotDigest).to.match(/^[0-9a-f]{64}$/);
    }));

  it('that is not configured is named', async () => {
    for (const dataset of ['heart', 'constructor']) {
      const error = await thrownBy(openDataSet({}, heartContract({ dataset }), '/'));
      expect(error.code).to.equal('data-set-missing');
      expect(error.message).to.contain(`"${dataset}"`);
    }
  });

  it('of a kind that no connector reads is refused with the kinds that can be read', async () => {
    const error = await thrownBy(openDataSet({ heart: { path: 'heart.xlsx' } }, contract, '/data'));
    expect(error.code).to.equal('data-unreadable');
    expect(error.message).to.contain('/data/heart.xlsx is not one of the kinds that can be read: .csv, .tsv.');
  });

  it('has another snapshot digest when one byte of the table changes', () =>
    withFiles({ 'a.csv': table, 'b.csv': table.replace('63', '64'), 'c.csv': table }, async (folder) => {
      const digests = await Promise.all(['a.csv', 'b.csv', 'c.csv'].map(async (path) => (await openDataSet({ heart: { path } }, contract, folder)).snapshotDigest));
      expect(digests[0]).to.equal(digests[2]);
      expect(digests[0]).not.to.equal(digests[1]);
    }));

  it('has another snapshot digest when one image changes', () =>
    withFiles({ 'cells.csv': 'file,target,set\na.png,no,train\nb.png,yes,test\n', 'a.png': png(0), 'b.png': png(255) }, async (folder) => {
      const open = () => openDataSet({ heart: { path: 'cells.csv' } }, imageContract, folder);
      const before = await open();
      expect([...before.train.inputs, ...before.test.inputs]).to.deep.equal([0, 0, 0, 0, 1, 1, 1, 1]);
      expect(before.files.map(({ name }) => name)).to.deep.equal(['cells.csv', 'a.png', 'b.png']);
      await writeFile(join(folder, 'b.png'), png(254));
      expect((await open()).snapshotDigest).not.to.equal(before.snapshotDigest);
    }));

  const canary = 'canary4711';
  const leaks: Record<string, string> = {
    'a bad cell in every column': table.replace('63,233,1,no,train', Array(5).fill(canary).join()),
    'too few cells': `${table}${canary}\n`,
    'too many cells': `${table}${`${canary},`.repeat(7)}\n`,
    'a quote in the wrong place': `${table}${canary}"${canary}",1,1,no,train\n`,
    'text after a quoted cell': `${table}"${canary}"${canary},1,1,no,train\n`,
    'a quote that is never closed': `${table}"${canary},1,1,no,train\n`,
    'a patient in the place of the header': `${canary},${canary},${canary} [${canary}],no,train\n${table}`,
  };
  for (const [name, text] of Object.entries(leaks)) {
    it(`is refused for ${name} without telling what the cell says`, () =>
      withFiles({ 'heart.csv': text }, async (folder) => {
        const error = await thrownBy(openDataSet({ heart: { path: 'heart.csv' } }, contract, folder));
        expect(error.code).to.equal('data-invalid');
        expect(error.problems).not.to.have.length(0);
        expect(inspect(error, { depth: Infinity, showHidden: true }) + error.forPerson() + JSON.stringify(error)).not.to.contain(canary);
      }));
  }

  it('is refused for an image that is not there without telling what the cell says', () =>
    withFiles({ 'cells.csv': `file,target,set\n${canary}.png,no,train\n../${canary},yes,test\n` }, async (folder) => {
      const error = await thrownBy(openDataSet({ heart: { path: 'cells.csv' } }, imageContract, folder));
      expect(error.problems.map(({ path }) => path)).to.deep.equal(['cells.csv:2:file', 'cells.csv:3:file']);
      expect(inspect(error, { depth: Infinity, showHidden: true })).not.to.contain(canary);
    }));

  it('of real cell images is read by the example plan', async function () {
    const herlev = fileURLToPath(new URL('../../../../shared/data/cervical-herlev-papsmear', import.meta.url));
    if (!existsSync(herlev)) {
      this.test!.title += ` (skipped: ${herlev} is not there)`;
      return this.skip();
    }
    const plan = planSchema.parse(JSON.parse(readFileSync(new URL('../../../examples/cervical-cytology.json', import.meta.url), 'utf8')));
    const lines = readFileSync(join(herlev, 'manifest.csv'), 'utf8').trim().split('\n').slice(1).filter((_, index) => index % 60 === 0);
    const images = lines.map((line) => line.split(',')[0]);
    const rows = lines.map((line) => line.split(',')).map(([file, , abnormal], index) => `${file},${abnormal},${index % 3 ? 'train' : 'test'}\n`);
    await withFiles({ 'cells.csv': `file,abnormal,set\n${rows.join('')}` }, async (folder) => {
      for (const image of images) {
        await mkdir(join(folder, dirname(image)), { recursive: true });
        await copyFile(join(herlev, image), join(folder, image));
      }
      const { train, test } = await openDataSet({ 'cervical-cytology': { path: 'cells.csv' } }, plan.data, folder);
      expect([train.count, test.count]).to.deep.equal([10, 6]);
      expect(test.inputs).to.have.length(6 * 32 * 32 * 3);
      expect(train.inputs.every((value) => value >= 0 && value <= 1)).to.equal(true);
    });
  });
});
