import { expect } from 'chai';
import { ConsiliumError } from '../../../shared/errors/consilium-error.ts';
import { retrying } from '../../../site-agent/assignments/back-off.ts';
import { expectError } from '../../support/expect-error.ts';

describe('work that is tried again', () => {
  const unreachable = () => new ConsiliumError('coordinator-unreachable');
  const { signal } = new AbortController();

  it('ends when it succeeds, and every failure before is told', async () => {
    const told: string[] = [];
    let tries = 0;
    const result = await retrying(async () => {
      if (++tries < 3) throw unreachable();
      return 'done';
    }, signal, ({ code }) => told.push(code));
    expect(result).to.equal('done');
    expect(told).to.deep.equal(['coordinator-unreachable', 'coordinator-unreachable']);
  });

  it('is given up at once on an error that does not pass', async () => {
    let tries = 0;
    await expectError('layout-mismatch', retrying(() => {
      tries++;
      return Promise.reject(new ConsiliumError('layout-mismatch'));
    }, signal, () => undefined));
    expect(tries).to.equal(1);
  });

  it('is given up when it is told to stop', async () => {
    const stop = new AbortController();
    let tries = 0;
    await expectError('coordinator-unreachable', retrying(() => {
      tries++;
      return Promise.reject(unreachable());
    }, stop.signal, () => stop.abort()));
    expect(tries).to.equal(2);
  });
});
