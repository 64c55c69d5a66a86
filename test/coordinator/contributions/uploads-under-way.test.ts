import { runInNewContext } from 'node:vm';
import { setFlagsFromString } from 'node:v8';
import { setImmediate } from 'node:timers/promises';
import { expect } from 'chai';
import { unless } from '../../../coordinator/contributions/uploads-under-way.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('the chunks of an upload that may be stopped', () => {
  it('come until the sender is done', async () => {
    const chunks = await Array.fromAsync(unless(new AbortController().signal, pieces(3)));
    expect(chunks.map(([first]) => first)).to.deep.equal([0, 1, 2]);
  });

  it('end with the reason of the stop while the sender keeps silent', async () => {
    const stopped = new AbortController();
    const silent = async function* () {
      yield new Uint8Array(1);
      await new Promise(() => undefined);
    };
    const chunks = unless(stopped.signal, silent());
    await chunks.next();
    const next = chunks.next();
    stopped.abort(new Error('another upload took its place'));
    expect(await next.catch((error: Error) => error.message)).to.equal('another upload took its place');
  });

  it('are not kept once they were taken, however long the upload goes on', async () => {
    const taken: WeakRef<Uint8Array>[] = [];
    const chunks = unless(new AbortController().signal, pieces(101));
    for (let count = 0; count < 100; count++) taken.push(new WeakRef((await chunks.next()).value as Uint8Array));
    await setImmediate(); // a WeakRef holds its object until the end of the turn
    collectGarbage();
    expect(taken.filter((chunk) => chunk.deref()).length).to.be.below(5);
    expect((await chunks.next()).value).to.have.length(1024);
  });
});

async function* pieces(count: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) {
    await setImmediate();
    yield new Uint8Array(1024).fill(index);
  }
}
