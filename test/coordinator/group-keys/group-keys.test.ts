import { expect } from 'chai';
import { GroupKeys } from '../../../coordinator/group-keys/group-keys.ts';
import { identityOf, membershipOf } from '../../../coordinator/runs/membership.ts';
import { epochKeyDomain, epochKeyFields, sealedBoxDomain, sealedBoxFields } from '../../../shared/statements/run-statements.ts';
import { signStatement } from '../../../shared/statements/signature.ts';
import { expectError } from '../../support/expect-error.ts';
import { startOpenRound, type OpenRound } from '../../support/open-round.ts';
import { smallPlan } from '../../support/small-study.ts';

const federation = 'federation-1';
const sites = ['mercy', 'north', 'south'];
const groupKeyHash = 'a'.repeat(64);

describe('the relay of group keys', () => {
  let open: OpenRound;
  let groupKeys: GroupKeys;
  let run: string;
  let epoch: number;
  let custodian: string;
  let others: string[];
  beforeEach(async () => {
    open = await startOpenRound(smallPlan(), sites);
    groupKeys = new GroupKeys({ ...open, federation });
    run = open.conducting.run.id;
    ({ number: epoch, custodian } = (await open.store.read.epochs.findByRun(run))!);
    others = sites.filter((site) => site !== custodian);
  });
  afterEach(() => open[Symbol.asyncDispose]());

  const identity = async () => identityOf(federation, open.conducting.context, await membershipOf(open.store.read, run, custodian));
  const member = async (site: string) => (await open.store.read.epochs.members(epoch)).find((candidate) => candidate.site === site)!;

  async function offerOf(site: string, fill: number, signer = site) {
    const publicKey = new Uint8Array(32).fill(fill);
    return { publicKey, signature: signStatement(open.signingKey(signer), epochKeyDomain, epochKeyFields(await identity(), site, publicKey)) };
  }
  async function boxFor(recipient: string, signer = custodian) {
    const box = { recipient, encapsulation: new Uint8Array(32).fill(1), ciphertext: new Uint8Array(48).fill(2) };
    return { ...box, signature: signStatement(open.signingKey(signer), sealedBoxDomain, sealedBoxFields(await identity(), { ...box, custodian, groupKeyHash })) };
  }

  it('keeps the epoch key that a member offered first, and refuses another', async () => {
    await groupKeys.offerEpochKey('mercy', run, epoch, await offerOf('mercy', 1));
    await groupKeys.offerEpochKey('mercy', run, epoch, await offerOf('mercy', 1));
    await expectError('group-key-refused', async () => groupKeys.offerEpochKey('mercy', run, epoch, await offerOf('mercy', 2)));
    expect((await member('mercy')).offer!.publicKey).to.deep.equal(new Uint8Array(32).fill(1));
  });

  it('refuses an epoch key that another site signed, or that is for another epoch', async () => {
    await expectError('signature-invalid', async () => groupKeys.offerEpochKey('mercy', run, epoch, await offerOf('mercy', 1, 'north')));
    await expectError('epoch-mismatch', async () => groupKeys.offerEpochKey('mercy', run, epoch + 1, await offerOf('mercy', 1)));
    expect((await member('mercy')).offer).to.equal(null);
  });

  it('takes a box for each other member from the custodian, who thereby holds the key', async () => {
    await groupKeys.deposit(custodian, run, epoch, groupKeyHash, await Promise.all(others.map((site) => boxFor(site))));
    for (const site of others) expect((await open.store.read.epochs.box(epoch, site))!.recipient).to.equal(site);
    expect((await member(custodian)).confirmedAtMs).not.to.equal(null);
  });

  it('refuses boxes of a member that is not the custodian', async () => {
    await expectError('not-a-member', async () => groupKeys.deposit(others[0]!, run, epoch, groupKeyHash, [await boxFor(others[1]!)]));
  });

  it('takes boxes some at a time; the custodian has done its part with the last one, and the first for a member stays', async () => {
    const first = await boxFor(others[0]!);
    await groupKeys.deposit(custodian, run, epoch, groupKeyHash, [first]);
    expect([(await member(others[0]!)).hasBox, (await member(others[1]!)).hasBox, (await member(custodian)).confirmedAtMs]).to.deep.equal([true, false, null]);
    const again = { ...first, ciphertext: new Uint8Array(48).fill(3) };
    again.signature = signStatement(open.signingKey(custodian), sealedBoxDomain, sealedBoxFields(await identity(), { ...again, custodian, groupKeyHash }));
    await groupKeys.deposit(custodian, run, epoch, groupKeyHash, [again, await boxFor(others[1]!)]);
    expect((await open.store.read.epochs.box(epoch, others[0]!))!.ciphertext).to.deep.equal(Buffer.from(first.ciphertext));
    expect((await member(custodian)).confirmedAtMs).not.to.equal(null);
  });

  it('refuses boxes for nobody of the epoch, or that are not signed by the custodian', async () => {
    await expectError('group-key-refused', async () => groupKeys.deposit(custodian, run, epoch, groupKeyHash, [await boxFor('elsewhere')]));
    const forged = [await boxFor(others[0]!), await boxFor(others[1]!, others[1])];
    await expectError('signature-invalid', groupKeys.deposit(custodian, run, epoch, groupKeyHash, forged));
    expect((await open.store.read.epochs.findByRun(run))!.groupKeyHash).to.equal('');
  });

  it('refuses a second key for an epoch', async () => {
    const boxes = await Promise.all(others.map((site) => boxFor(site)));
    await groupKeys.deposit(custodian, run, epoch, groupKeyHash, boxes);
    await groupKeys.deposit(custodian, run, epoch, groupKeyHash, boxes);
    await expectError('group-key-refused', groupKeys.deposit(custodian, run, epoch, 'b'.repeat(64), boxes));
  });

  it('counts a member as keyed only when it opened the key that was deposited', async () => {
    await expectError('group-key-refused', groupKeys.confirm(others[0]!, run, epoch, ''));
    await groupKeys.deposit(custodian, run, epoch, groupKeyHash, await Promise.all(others.map((site) => boxFor(site))));
    await expectError('group-key-refused', groupKeys.confirm(others[0]!, run, epoch, 'b'.repeat(64)));
    expect((await member(others[0]!)).confirmedAtMs).to.equal(null);
    await groupKeys.confirm(others[0]!, run, epoch, groupKeyHash);
    expect((await member(others[0]!)).confirmedAtMs).not.to.equal(null);
  });
});
