import { expect } from 'chai';

import { heartContract } from './heart-contract.ts';
import { readText, refusal } from './read-text.ts';

const header = 'age,chol,cp,target,set\n';
const good = '63,233,1,no,train\n41,204,3,yes,test\n';

describe('rows by the contract', () => {
  const refused: Record<string, [string, string]> = {
    'a missing column': [`age,cholesterol,cp,target,set\n${good}`, 'heart.csv:1:chol: the table has no such column'],
    'a bad unit': [`age,chol [mmol/L],cp,target,set\n${good}`, 'heart.csv:1:chol: the header says [mmol/L], the contract asks for [mg/dL]; convert the column'],
    'a text in a number column': [`${header}${good}60,high,1,no,train\n`, 'heart.csv:4:chol: is not a number'],
    'a number in hexadecimal': [`${header}${good}60,0x1F,1,no,train\n`, 'heart.csv:4:chol: is not a number'],
    'a decimal comma': [`${header.replaceAll(',', ';')}60;199,5;1;no;train\n`, 'heart.csv:2:chol: has a decimal comma; write numbers with a point'],
    'a number below the range': [`${header}${good}17.9,233,1,no,train\n`, "heart.csv:4:age: is below the contract's minimum of 18 a"],
    'a number above the range': [`${header}${good}60,800.5,1,no,train\n`, "heart.csv:4:chol: is above the contract's maximum of 800 mg/dL"],
    'an infinite number': [`${header}${good}60,1e999,1,no,train\n`, "heart.csv:4:chol: is above the contract's maximum of 800 mg/dL"],
    'an unknown category': [`${header}${good}60,233,4,no,train\n`, "heart.csv:4:cp: is not one of the contract's 3 values (1, 2, 3)"],
    'an unknown target': [`${header}${good}60,233,1,maybe,train\n`, "heart.csv:4:target: is not one of the contract's 2 values (no, yes)"],
    'an unknown part of the split': [`${header}${good}60,233,1,no,later\n`, "heart.csv:4:set: is neither the plan's train nor its test value"],
    'an empty cell': [`${header}${good}60,,1,no,train\n`, 'heart.csv:4:chol: is missing, and the contract refuses that'],
    'a missing target': [`${header}${good}60,233,1,,train\n`, 'heart.csv:4:target: is missing, and the contract refuses that'],
  };
  for (const [name, [text, problem]] of Object.entries(refused)) {
    it(`are refused for ${name}`, async () => {
      expect(await refusal(readText(text, heartContract()))).to.deep.equal([problem]);
    });
  }

  it('are refused with all problems together', async () => {
    const text = 'age [months],cp,target,set\nold,1,no,train\n63,9,perhaps,train\n63,1\n';
    expect((await refusal(readText(text, heartContract()))).map((problem) => problem.split(': ')[0])).to.deep.equal([
      'heart.csv:1:age',
      'heart.csv:1:chol',
      'heart.csv:2:age',
      'heart.csv:3:cp',
      'heart.csv:3:target',
      'heart.csv:4:column 3',
    ]);
  });

  it('are refused with the first fifty problems and the number of the others', async () => {
    const problems = await refusal(readText(header + 'x,233,1,no,train\n'.repeat(1234), heartContract()));
    expect(problems).to.have.length(51);
    expect(problems[49]).to.equal('heart.csv:51:age: is not a number');
    expect(problems[50]).to.equal('heart.csv: and 1184 more');
  });

  it('with a missing cell are dropped and counted where the contract says so', async () => {
    const contract = heartContract({
      missingMarkers: ['?'],
      columns: [
        { name: 'age', type: 'number', unit: 'a', minimum: 18, maximum: 110, missing: 'drop-row' },
        { name: 'cp', type: 'category', values: ['1', '2', '3'], missing: 'drop-row' },
      ],
      targets: [{ type: 'binary', column: 'target', values: ['no', 'yes'], missing: 'drop-row' }],
    });
    const text = 'age,cp,target,set\n?,1,no,train\n,?,no,train\n40,?,no,train\n41,2,,train\n42,2,yes,train\n43,3,no,test\n';
    const rows = await readText(text, contract);
    expect(rows.dropped).to.deep.equal([{ column: 'age', rows: 2 }, { column: 'cp', rows: 1 }, { column: 'target', rows: 1 }]);
    expect(rows.lines).to.deep.equal({ train: [6], test: [7] });
    expect([...rows.train.inputs]).to.deep.equal([42, 0, 1, 0]);
  });

  it('keep a missing number open where the mean takes its place', async () => {
    const contract = heartContract({ columns: [{ name: 'age', type: 'number', unit: 'a', minimum: 18, maximum: 110, missing: 'mean' }] });
    const rows = await readText('age,target,set\n,no,train\n50,yes,train\n', contract);
    expect([...rows.train.inputs]).to.deep.equal([Number.NaN, 50]);
    expect(rows.dropped).to.deep.equal([]);
  });

  it('have one-hot classes and raw numbers as targets', async () => {
    const contract = heartContract({
      columns: [{ name: 'age', type: 'number', unit: 'a', minimum: 18, maximum: 110 }],
      targets: [
        { type: 'multi-class', column: 'stage', values: ['I', 'II', 'III'] },
        { type: 'regression', columns: [{ name: 'ldl', unit: 'mg/dL', minimum: 0, maximum: 500 }, { name: 'hdl', unit: 'mg/dL', minimum: 0, maximum: 200 }] },
      ],
    });
    const rows = await readText('hdl,ldl,stage,age,set\n50,120.5,III,60,train\n60,90,I,61,train\n', contract);
    expect(rows.train.targets.map((values) => [...values])).to.deep.equal([[0, 0, 1, 1, 0, 0], [120.5, 50, 90, 60]]);
    expect(rows.test).to.deep.include({ count: 0, inputs: new Float32Array(0) });
  });

  it('of one seed are split in the same way, in file order', async () => {
    const contract = heartContract({ split: { seed: 7, testFraction: 0.2, stratify: true } });
    const text = header + Array.from({ length: 40 }, (_, row) => `${20 + row},200,1,${row % 4 ? 'no' : 'yes'},-\n`).join('');
    const rows = await readText(text, contract);
    expect(rows).to.deep.equal(await readText(text, contract));
    expect([rows.train.count, rows.test.count]).to.deep.equal([32, 8]);
    expect(rows.test.targets[0].reduce((sum, value) => sum + value, 0), 'a fifth of the ten diseased').to.equal(2);
    expect(rows.lines.test).to.deep.equal(rows.lines.test.toSorted((a, b) => a - b));
    expect([...rows.lines.train, ...rows.lines.test].sort((a, b) => a - b)).to.deep.equal(Array.from({ length: 40 }, (_, row) => row + 2));
  });
});
