import { expect } from 'chai';
import { startFederation } from '../support/federation.ts';
import { layerModel } from '../support/layer-model.ts';
import { startRelay } from '../support/relay.ts';
import { shortPlan, smallDataSet, smallTables, type PlanJson } from '../support/small-study.ts';

const parameters = 1_000_000;

describe('an update of a million parameters', () => {
  it('takes at most 1.05 times its size in float32 on the wire, encryption, TLS and gRPC included', async () => {
    await using federation = await startFederation({ dataSet: smallDataSet, tables: smallTables('mercy', 'north', 'south') });
    await using relay = await startRelay({ host: '127.0.0.1', port: federation.coordinator.sitePort });
    await federation.restartAgent('mercy', { coordinator: `127.0.0.1:${relay.address.port}` });
    let before = 0;
    let after = 0;
    using _listening = federation.coordinator.events.listen(({ event, purpose, site, part }) => {
      if (event === 'round-opened' && purpose === 'training') before = relay.sentBytes;
      if (event === 'contribution-accepted' && site === 'mercy' && part === 'update') after = relay.sentBytes;
    });
    const run = await federation.run(largePlan());
    expect(run.state, run.reason).to.equal('COMPLETED');
    const [version] = await federation.store.read.modelVersions.list(run.id);
    expect(version).not.to.equal(undefined);
    const sent = after - before;
    expect(sent, 'the whole update went through the relay').to.be.greaterThan(4 * parameters);
    expect(sent).to.be.at.most(1.05 * 4 * parameters);
  });
});

/** 813 x (2 + 1) + 1,224 x (813 + 1) + (1,224 + 1) parameters. */
function largePlan(): PlanJson {
  const { data, training } = shortPlan();
  return shortPlan({
    study: 'large-model',
    data: { ...data, columns: data.columns.slice(0, 2) },
    model: { topology: layerModel(2, [{ units: 813, activation: 'relu' }, { units: 1224, activation: 'relu' }, { units: 1, activation: 'sigmoid' }]) },
    training: { ...training, localSteps: 1 },
    rounds: { count: 1, quorum: 3, deadlineSeconds: 120 },
  });
}
