import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { rawPublicKey } from '../../shared/statements/signature.ts';
import type { Assignment, AssignmentInput } from '../../shared/wire/generated/consilium/v1/Assignment.ts';
import type { GroupKeyRequest, GroupKeyRequestInput } from '../../shared/wire/generated/consilium/v1/GroupKeyRequest.ts';
import type { SealedGroupKey } from '../../shared/wire/generated/consilium/v1/SealedGroupKey.ts';
import { services } from '../../shared/wire/services.ts';
import { withOwnRoster } from '../support/own-roster.ts';
import { startProgramFederation, type ProgramFederation } from '../support/program-federation.ts';
import { decryptions, expectRefused } from '../support/refusals.ts';
import { shortPlan } from '../support/small-study.ts';

const sites = ['mercy', 'north', 'south'];
const plan = shortPlan({ study: 'keying', rounds: { count: 1, quorum: 3, deadlineSeconds: 60 } });

/** Keys that the coordinator made for itself. */
const ownKey = () => rawPublicKey(generateKeyPairSync('x25519').privateKey);
const ownIdentity = () => rawPublicKey(generateKeyPairSync('ed25519').privateKey);

describe('a coordinator that wants the group key', () => {
  let federation: ProgramFederation;
  before(async () => {
    federation = await startProgramFederation(sites);
  });
  after(() => federation?.[Symbol.asyncDispose]());

  /** Alters the work of one site in one run; says of which site. */
  async function runWith(alter: (work: Assignment) => AssignmentInput | undefined): Promise<{ run: string; reason: string; cheated: string }> {
    let cheated = '';
    using _cheating = federation.cheater.replies(services.siteLink.Watch, async function* (assignments, { site }) {
      for await (const work of assignments) {
        const altered = cheated === '' || cheated === site ? alter(work) : undefined;
        if (altered) cheated = site;
        yield altered ?? work;
      }
    });
    const { id, state, reason } = await federation.run(plan);
    expect(state).to.equal('FAILED');
    return { run: id, reason, cheated };
  }

  const swaps: [title: string, code: ErrorCode, change: (request: GroupKeyRequest) => GroupKeyRequestInput][] = [
    ['a key of its own as a member\'s', 'signature-invalid', ({ keys: [first, ...others], ...rest }) => ({ ...rest, keys: [{ ...first!, publicKey: ownKey() }, ...others] })],
    ['a key of its own for a member that it made up', 'not-a-member', ({ keys, ...rest }) => ({ ...rest, keys: [...keys, { site: 'ghost', publicKey: ownKey(), signature: Buffer.alloc(64) }] })],
    ['a member less', 'not-a-member', ({ keys, ...rest }) => ({ ...rest, keys: keys.slice(1) })],
    ['a made-up member on a roster of its own as well', 'digest-mismatch', ({ epoch, keys }) => ({
      epoch: withOwnRoster(epoch!, ({ members }) => ({ members: [...members, { site: 'ghost', signingKey: ownIdentity() }] })),
      keys: [...keys, { site: 'ghost', publicKey: ownKey(), signature: Buffer.alloc(64) }],
    })],
    ['an identity of its own under a member\'s name', 'digest-mismatch', ({ epoch, keys }) => ({
      epoch: withOwnRoster(epoch!, ({ members: [first, ...others] }) => ({ members: [{ ...first!, signingKey: ownIdentity() }, ...others] })),
      keys,
    })],
  ];
  for (const [title, code, change] of swaps) {
    it(`is refused by the custodian when it shows ${title}`, async () => {
      const { run, reason, cheated } = await runWith((work) => (work.groupKey ? { ...work, groupKey: change(work.groupKey) } : undefined));
      await expectRefused(federation, run, cheated, code);
      expect(reason).to.contain(cheated);
      expect(await federation.auditEvents('group key deposited', run)).to.deep.equal([]);
    });
  }

  it('is refused when it adds a member to the roster that the lead key signed', async () => {
    using _cheating = federation.cheater.replies(services.siteLink.Watch, async function* (assignments) {
      for await (const { epochKey, ...work } of assignments) {
        const roster = epochKey?.epoch?.roster;
        yield roster ? { ...work, epochKey: { epoch: { ...epochKey.epoch, roster: { ...roster, members: [...roster.members, { site: 'ghost', signingKey: ownIdentity() }] } } } } : { ...work, epochKey };
      }
    });
    const { id: run, state, reason } = await federation.run(plan);
    expect(state).to.equal('FAILED');
    await expectRefused(federation, run, sites.find((site) => reason.includes(site))!, 'signature-invalid');
    expect(await federation.auditEvents('epoch key offered', run)).to.deep.equal([]);
  });

  it('is refused when a made-up member stands from the start on a roster of its own', async () => {
    const { run, cheated } = await runWith((work) =>
      work.epochKey ? { ...work, epochKey: { epoch: withOwnRoster(work.epochKey.epoch!, ({ members }) => ({ members: [...members, { site: 'ghost', signingKey: ownIdentity() }] })) } } : undefined,
    );
    await expectRefused(federation, run, cheated, 'study-not-approved');
    expect((await federation.auditEvents('epoch key offered', run)).map(({ actor }) => actor)).not.to.include(`site ${cheated}`);
  });

  it('is refused with an epoch number that goes back', async () => {
    const earlier = (await federation.read.epochs.findByRun('keying-1'))!.number;
    const { run, cheated } = await runWith((work) => (work.epochKey ? { ...work, epochKey: { epoch: { ...work.epochKey.epoch!, number: earlier } } } : undefined));
    await expectRefused(federation, run, cheated, 'epoch-not-growing');
    expect((await federation.auditEvents('epoch key offered', run)).map(({ actor }) => actor)).not.to.include(`site ${cheated}`);
  });

  it('cannot shut a site out of later epochs by a number that none follows, under the members\' roster or one of its own', async () => {
    const far = 2 ** 40;
    const codes: ErrorCode[] = ['study-not-approved', 'epoch-too-far'];
    for (const code of codes) {
      const { run, cheated } = await runWith(({ epochKey, ...work }) => {
        if (!epochKey?.epoch) return undefined;
        const epoch = code === 'study-not-approved' ? withOwnRoster(epochKey.epoch, ({ version }) => ({ version: version + 1 })) : epochKey.epoch;
        return { ...work, epochKey: { epoch: { ...epoch, number: far } } };
      });
      await expectRefused(federation, run, cheated, code);
    }
    const { state, reason } = await federation.run(plan);
    expect(state, reason).to.equal('COMPLETED');
  });

  describe('and kept the sealed boxes of an earlier run', () => {
    const kept = new Map<string, SealedGroupKey>();
    before(async () => {
      using _keeping = federation.cheater.replies(services.siteLink.Watch, async function* (assignments, { site }) {
        for await (const work of assignments) {
          if (work.sealedGroupKey) kept.set(site, work.sealedGroupKey);
          yield work;
        }
      });
      const { state, reason } = await federation.run(plan);
      expect(state, reason).to.equal('COMPLETED');
    });

    it('is refused with an old box in a new epoch', async () => {
      const before = await decryptions(federation, sites);
      const old = [...kept.values()][0]!;
      const { run, cheated } = await runWith(({ sealedGroupKey, ...work }) =>
        sealedGroupKey ? { ...work, sealedGroupKey: { ...sealedGroupKey, groupKeyHash: old.groupKeyHash, box: { ...old.box!, recipient: sealedGroupKey.box!.recipient } } } : undefined,
      );
      await expectRefused(federation, run, cheated, 'signature-invalid');
      expect(await decryptions(federation, sites)).to.equal(before);
    });

    it('is refused with the whole old epoch', async () => {
      const [site, old] = [...kept][0]!;
      await federation.cheater.assign(site, { id: 'once more', sealedGroupKey: old });
      const { code } = await federation.agent(site).log.find(({ run, work, level }) => run === old.epoch!.run && work === 'sealed-group-key' && level === 'error');
      expect(code).to.equal('run-not-found');
    });
  });
});
