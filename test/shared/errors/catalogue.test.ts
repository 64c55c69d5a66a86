import { readFileSync } from 'node:fs';
import { glob } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { expect } from 'chai';
import { catalogue, exitCodes, type CatalogueEntry, type ErrorCode } from '../../../shared/errors/catalogue.ts';
import { asConsiliumError, ConsiliumError } from '../../../shared/errors/consilium-error.ts';

const entries = Object.entries<CatalogueEntry>(catalogue);

describe('the error catalogue', () => {
  it('names each code in lower-case words', () => {
    for (const [code] of entries) expect(code).to.match(/^[a-z]+(-[a-z]+)*$/);
  });

  it('says in sentences what happened and what to do', () => {
    for (const [code, { text, next }] of entries) {
      expect(text, code).to.match(/^[A-Z].*\.$/);
      expect(next, code).to.match(/^[A-Z].*([.]|: [a-z -]+)$/);
    }
  });

  it('travels under statuses that exist', () => {
    for (const [code, { grpc, http }] of entries) {
      expect(status, code).to.have.property(grpc);
      expect(http, code).to.be.within(400, 599);
    }
  });

  it('ends commands with documented exit codes', () => {
    for (const [code, { exit }] of entries) expect(Object.values(exitCodes), code).to.include(exit);
  });

  it('has no two entries with one text', () => {
    const texts = entries.map(([, { text }]) => text);
    expect(new Set(texts).size).to.equal(texts.length);
  });

  it('has no code that the sources do not use', async () => {
    const sources = await Array.fromAsync(
      glob('{cli,coordinator,demo,scripts,shared,site-agent}/**/*.ts', { cwd: join(import.meta.dirname, '../../..'), exclude: ['**/generated/**', 'shared/errors/catalogue.ts'] }),
      (file) => readFileSync(join(import.meta.dirname, '../../..', file), 'utf8'),
    );
    const unused = entries.map(([code]) => code).filter((code) => !sources.some((source) => source.includes(`'${code}'`)));
    expect(unused.join(), 'unused codes, to remove or use').to.equal('');
  });
});

describe('an error', () => {
  it('tells its catalogue text, its detail, its problems and the next step', () => {
    const error = new ConsiliumError('data-invalid', 'heart.csv', { problems: [{ path: 'heart.csv:17:chol', message: 'is not a number' }] });
    const { text, next } = catalogue['data-invalid'];
    expect(error.forPerson()).to.equal(`${text} heart.csv\n  heart.csv:17:chol: is not a number\n${next}`);
    expect(JSON.parse(JSON.stringify(error))).to.deep.equal({ code: 'data-invalid', message: `${text} heart.csv`, next, problems: error.problems });
  });

  it('keeps its cause out of what travels', () => {
    const error = asConsiliumError(new Error('chol=233'));
    expect(error.code satisfies ErrorCode).to.equal('internal');
    expect(error.forPerson() + JSON.stringify(error)).not.to.contain('233');
  });
});
