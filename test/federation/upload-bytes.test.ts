import { expect } from 'chai';
import { startFederation, type Federation } from '../support/federation.ts';
import { layerModel } from '../support/layer-model.ts';
import { startRelay, type Relay } from '../support/relay.ts';
import { shortPlan, smallDataSet, smallTables, type PlanJson } from '../support/small-study.ts';

const [units, moreUnits] = [1998, 1997];
/** Of three dense layers after two inputs. */
const parameters = units * (2 + 1) + moreUnits * (units + 1) + (moreUnits + 1);

/** Large beside what may be on its way, or wait unread, when a connection breaks: a few MiB. */
const updateBytes = 4 * parameters;

describe('an update of four million parameters', () => {
  let federation: Federation;
  let relay: Relay;
  /** Bytes that were on their way when the round opened, and when its update was in. */
  let before = 0;
  let after = 0;
  let listening: Disposable | undefined;
  beforeEach(async () => {
    federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    relay = await startRelay({ host: '127.0.0.1', port: federation.coordinator.sitePort });
    await federation.restartAgent('mercy', { coordinator: `127.0.0.1:${relay.address.port}` });
  });
  afterEach(async () => {
    listening?.[Symbol.dispose]();
    await relay[Symbol.asyncDispose]();
    await federation[Symbol.asyncDispose]();
  });

  /** @param onUpdate called when the round opens to which the update goes */
  function listen(onUpdate: () => void = () => undefined): void {
    listening?.[Symbol.dispose]();
    listening = federation.coordinator.events.listen(({ event, purpose, site, part }) => {
      if (event === 'round-opened' && purpose === 'training') {
        before = relay.sentBytes;
        onUpdate();
      }
      if (event === 'contribution-accepted' && site === 'mercy' && part === 'update') after = relay.sentBytes;
    });
  }

  async function sentBytesOf(id: string): Promise<number> {
    const run = await federation.runEnds(id);
    expect(run.state, run.reason).to.equal('COMPLETED');
    const [version] = await federation.store.read.modelVersions.list(run.id);
    expect(version).not.to.equal(undefined);
    expect(after - before, 'the whole update went through the relay').to.be.greaterThan(updateBytes);
    return after - before;
  }

  it('takes at most 1.05 times its size in float32 on the wire, encryption, TLS and gRPC included', async () => {
    listen();
    expect(await sentBytesOf((await federation.start(largePlan())).id)).to.be.at.most(1.05 * updateBytes);
  });

  it('goes on where it was when the connection breaks after three quarters of it', async () => {
    listen(() => relay.whenSent(before + 0.75 * updateBytes, () => relay.cut()));
    expect(await sentBytesOf((await federation.start(largePlan())).id), 'from the beginning it would be 1.75 times').to.be.at.most(1.5 * updateBytes);
  });

  it('goes on where it was when the coordinator is restarted meanwhile', async () => {
    const broken = Promise.withResolvers<void>();
    listen(() => {
      relay.whenSent(before + 0.75 * updateBytes, () => {
        relay.cut();
        broken.resolve();
      });
    });
    const { id } = await federation.start(largePlan());
    await broken.promise;
    await federation.restartCoordinator();
    listen();
    expect(await sentBytesOf(id), 'from the beginning it would be 1.75 times').to.be.at.most(1.5 * updateBytes);
  });
});

function largePlan(): PlanJson {
  const { data, training } = shortPlan();
  return shortPlan({
    study: 'large-model',
    data: { ...data, columns: data.columns.slice(0, 2) },
    model: { topology: layerModel(2, [{ units, activation: 'relu' }, { units: moreUnits, activation: 'relu' }, { units: 1, activation: 'sigmoid' }]) },
    training: { ...training, localSteps: 1 },
    rounds: { count: 1, quorum: 3, deadlineSeconds: 120 },
  });
}
