import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { expect } from 'chai';
import type { Contribution } from '../../coordinator/contributions/contribution.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import type { Part } from '../../shared/layouts/vector-layout.ts';
import { services } from '../../shared/wire/services.ts';
import { chosenSum, shifted } from '../support/chosen-sum.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { decryptions } from '../support/refusals.ts';
import { shortPlan } from '../support/small-study.ts';
import { payloadFile } from '../support/sum-witness.ts';

const sites = ['mercy', 'north', 'south'];

describe('a contribution that is altered on the coordinator\'s disk after it was accepted', () => {
  let federation: ProgramFederation;
  before(async () => {
    federation = await startProgramFederation(sites);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  /** Runs a study whose last upload waits until `meanwhile` is done, with what was accepted until then. */
  async function runWith(study: string, meanwhile: (accepted: Contribution[]) => Promise<void>) {
    const arrivals = new EventTarget();
    const waiting = new Set<string>();
    const released = Promise.withResolvers<void>();
    using _holding = federation.cheater.requests(services.contributions.Upload, async function* (messages, { site }) {
      if (site === 'south') await released.promise;
      yield* messages;
    });
    using _counting = federation.cheater.replies(services.contributions.Upload, async function* (receipts, { site }) {
      for await (const receipt of receipts) {
        waiting.add(`${site} ${receipt.digest}`);
        arrivals.dispatchEvent(new Event('receipt'));
        yield receipt;
      }
    });
    const run = await federation.start(shortPlan({ study, rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } }));
    while (waiting.size < 4) await once(arrivals, 'receipt'); // two sites, two parts
    const accepted = await federation.read.contributions.list(`${run}.0`);
    await meanwhile(accepted);
    released.resolve();
    return { ...(await federation.runEnds(run)), originals: accepted };
  }

  async function alter({ digest }: Contribution): Promise<void> {
    const file = payloadFile(federation, digest);
    await writeFile(file, shifted(await readFile(file), 2, 5n));
  }
  const ofMercy = (accepted: readonly Contribution[], part: Part) => accepted.find((contribution) => contribution.site === 'mercy' && contribution.part === part)!;

  it('is in the sum as it was accepted, as long as the coordinator runs', async () => {
    const kept = new Map<string, Buffer>();
    const { id, state, reason } = await runWith('altered', async (accepted) => {
      for (const { digest } of accepted) kept.set(digest, await readFile(payloadFile(federation, digest)));
      await alter(ofMercy(accepted, 'update'));
    });
    expect(state, reason).to.equal('COMPLETED');
    const summed = (await federation.read.contributions.list(`${id}.0`)).filter(({ part }) => part === 'update');
    const originals = await Promise.all(summed.map(async ({ digest }) => kept.get(digest) ?? readFile(payloadFile(federation, digest))));
    const update = (await federation.read.manifests.list(`${id}.0`)).find(({ manifest }) => manifest.part === 'update');
    expect(update?.manifest.aggregateDigest).to.equal(sha256Hex(await chosenSum(originals)));
  });

  it('is found when the sum is made from the disk: the run stops, the audit log names it, and no key is used', async () => {
    const before = await decryptions(federation, sites);
    let damaged: Contribution | undefined;
    const { id, state, reason } = await runWith('altered-while-away', (accepted) => {
      damaged = ofMercy(accepted, 'update');
      return federation.restartCoordinator(() => alter(damaged!));
    });
    expect(state).to.equal('FAILED');
    expect(reason).to.contain('mercy (update)');
    const events = await federation.auditEvents('contribution damaged', `${id}.0`);
    expect(events.map(({ detail }) => detail)).to.deep.equal([{ site: 'mercy', part: 'update', digest: damaged!.digest }]);
    expect(await decryptions(federation, sites)).to.equal(before);
  });
});
