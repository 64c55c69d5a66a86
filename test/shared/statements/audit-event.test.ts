import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { auditEventHash, emptyAuditHead, followedBy, type ChainedAuditEvent } from '../../../shared/statements/audit-event.ts';
import { isSignedAuditHead, signAuditHead } from '../../../shared/statements/audit-head.ts';
import { rawPublicKey } from '../../../shared/statements/signature.ts';
import { expectError } from '../../support/expect-error.ts';

/** Events as a coordinator writes them, each with the hash of the one before. */
function chainOf(count: number): ChainedAuditEvent[] {
  const events: ChainedAuditEvent[] = [];
  for (let sequence = 1; sequence <= count; sequence++) {
    const event = { sequence, atMs: 1_000 * sequence, actor: 'coordinator', action: 'round open', subject: `study-1.${sequence}`, detail: `{"number":${sequence}}`, previousHash: events.at(-1)?.hash ?? '' };
    events.push({ ...event, hash: auditEventHash(event) });
  }
  return events;
}

function follow(events: readonly ChainedAuditEvent[]) {
  return events.reduce(followedBy, emptyAuditHead);
}

describe('a chain of audit events', () => {
  const events = chainOf(6);

  it('leads from the empty log to the last event', () => {
    expect(follow(events)).to.deep.equal({ sequence: 6, hash: events[5]!.hash });
    expect(follow([])).to.deep.equal({ sequence: 0, hash: '' });
  });

  it('shows a change of any field of any event, and names the event', async () => {
    const change = fc.record({ at: fc.nat(5), field: fc.constantFrom('atMs', 'actor', 'action', 'subject', 'detail', 'previousHash', 'hash'), to: fc.string() });
    await fc.assert(
      fc.asyncProperty(change, async ({ at, field, to }) => {
        const changed = events.map((event, index) => (index === at ? { ...event, [field]: field === 'atMs' ? event.atMs + 1 + to.length : `${event[field as 'actor']}${to}x` } : event));
        const error = await expectError('audit-log-damaged', () => follow(changed));
        expect(error.detail).to.match(new RegExp(`^Event ${at + 1} `));
      }),
    );
  });

  const edits: [what: string, names: string, edit: (events: ChainedAuditEvent[]) => ChainedAuditEvent[]][] = [
    ['a removed event', 'Event 3 is missing', (all) => all.toSpliced(2, 1)],
    ['a removed beginning', 'Event 1 is missing', (all) => all.slice(1)],
    ['two events in another order', 'Event 2 is missing', (all) => [all[0]!, all[2]!, all[1]!, ...all.slice(3)]],
    ['an event that is there twice', 'Event 4 is missing', (all) => all.toSpliced(3, 0, all[2]!)],
    ['an event with a new hash of its own', 'Event 4 was made after another event 3', (all) => all.with(2, rehashed({ ...all[2]!, actor: 'site mercy' }))],
    ['a removed event whose followers were renumbered', 'Event 3 was made after another event 2', (all) => all.toSpliced(2, 1).map((event, index) => rehashed({ ...event, sequence: index + 1 }))],
  ];
  for (const [what, names, edit] of edits) {
    it(`shows ${what}`, async () => {
      expect((await expectError('audit-log-damaged', () => follow(edit(events)))).detail).to.contain(names);
    });
  }

  function rehashed(event: ChainedAuditEvent): ChainedAuditEvent {
    return { ...event, hash: auditEventHash(event) };
  }
});

describe('the signed head of an audit log', () => {
  const { privateKey } = generateKeyPairSync('ed25519');
  const head = signAuditHead({ sequence: 6, hash: 'ab'.repeat(32) }, 'federation', 5_000, privateKey);

  it('names its signer and verifies', () => {
    expect(head.signingKey).to.deep.equal(rawPublicKey(privateKey));
    expect(isSignedAuditHead(head)).to.equal(true);
  });

  for (const [field, value] of [['federation', 'another'], ['sequence', 5], ['hash', 'cd'.repeat(32)], ['signedAtMs', 5_001], ['signingKey', rawPublicKey(generateKeyPairSync('ed25519').privateKey)]] as const) {
    it(`does not verify with another ${field}`, () => expect(isSignedAuditHead({ ...head, [field]: value })).to.equal(false));
  }
});
