import { PassThrough } from 'node:stream';
import { expect } from 'chai';
import { requireConfirmation } from '../../../shared/command-line/confirmation.ts';
import { expectError } from '../../support/expect-error.ts';
import { memoryIo } from './memory-io.ts';

function answering(answer: string) {
  const stdin = Object.assign(new PassThrough(), { isTTY: true });
  stdin.end(answer);
  return { ...memoryIo(), stdin };
}

describe('a question at the terminal', () => {
  it('goes on with a yes, and with nothing else', async () => {
    const io = answering(' Yes\n');
    await requireConfirmation(io, 'Is it so?');
    expect((await io.output()).stderr).to.contain('Is it so? Type yes to go on: ');
    for (const answer of ['no\n', '\n', 'yes please\n']) await expectError('cancelled', requireConfirmation(answering(answer), 'Is it so?'));
  });

  it('is not asked where nobody could answer', async () => {
    await expectError('nobody-to-ask', requireConfirmation(memoryIo(), 'Is it so?'));
  });

  it('ends with the terminal', async () => {
    await expectError('cancelled', requireConfirmation(answering(''), 'Is it so?'));
  });
});
