import { expect } from 'chai';
import { startFuzzedFederation } from './fuzzed-federation.ts';
import { fuzz } from './fuzzing.ts';
import { HostileMessages, httpCorpus, rpcCorpus } from './hostile-messages.ts';
import { rpcMethods } from './rpc-methods.ts';

describe('hostile messages', function () {
  this.timeout(600_000);

  it('begin with something for every call of the wire', () => {
    expect(Object.keys(rpcCorpus)).to.have.members([...rpcMethods.keys()]);
  });

  it('are the same for the same seed and index', () => {
    const federation = { names: { $run: 'r' }, bodies: {}, tokens: {} as never };
    const [one, same, other] = [1, 1, 2].map((seed) => Array.from({ length: 200 }, (_, index) => new HostileMessages(seed, federation).at(index).made));
    expect(one).to.deep.equal(same);
    expect(one).not.to.deep.equal(other);
  });

  it('leave the coordinator up, its state as it was, and a run that waits able to go on', async () => {
    await using federation = await startFuzzedFederation();
    const { coordinator } = federation;
    const { paths } = (await federation.openApi()) as { paths: Record<string, object> };
    const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));
    const attacked = httpCorpus.map(({ method, path }) => `${method} ${path.replace(/\?.*/, '')}`);
    for (const operation of operations) expect(attacked.some((one) => new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(one)), operation).to.equal(true);

    const before = await federation.runState();
    const { messages, defects, handlesBefore, handlesAfter, heapEarly, heapLate, answers } = await fuzz(federation, { messages: 20_000, seed: 1 });
    expect(defects).to.deep.equal([]);
    expect(messages).to.be.at.least(20_000);
    expect(Object.keys(answers), 'most rules are reached').to.include.members(['grpc 0', 'grpc 15 signature-invalid', 'grpc 9 decryption-not-asked', 'grpc 16 certificate-refused', 'http 200', 'http 403', 'http 409']);
    expect(heapLate, 'bytes in use, without garbage').to.be.below(1.3 * heapEarly);
    expect(handlesAfter).to.be.at.most(handlesBefore);
    expect((await fetch(`${coordinator.operationsUrl}/readyz`)).status).to.equal(200);
    expect(await federation.runState()).to.deep.equal(before);
    expect(await federation.auditEvents()).to.be.above(0);
    expect(await federation.finish()).to.deep.equal({ state: 'COMPLETED', reason: '', sums: 7, exactSums: 7 });
  });
});
