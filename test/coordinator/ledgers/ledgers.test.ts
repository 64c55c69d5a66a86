import { generateKeyPairSync } from 'node:crypto';
import { join } from 'node:path';
import { expect } from 'chai';
import { Ledgers } from '../../../coordinator/ledgers/ledgers.ts';
import { Store } from '../../../coordinator/store/store.ts';
import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { sha256Hex } from '../../../shared/statements/digest.ts';
import { ledgerReceiptDomain, ledgerReceiptFields, type LedgerHead } from '../../../shared/statements/ledger-receipt.ts';
import { rawPublicKey, verifyStatement } from '../../../shared/statements/signature.ts';
import { expectError } from '../../support/expect-error.ts';
import { SetClock } from '../../support/set-clock.ts';
import { temporaryFolder, type TemporaryFolder } from '../../support/temporary-folder.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;

describe('the head of a site\'s ledger', () => {
  let folder: TemporaryFolder;
  let store: Store;
  let ledgers: Ledgers;
  beforeEach(async () => {
    folder = temporaryFolder();
    store = await Store.open(join(folder.path, 'state.sqlite'));
    ledgers = new Ledgers({ store, federation: 'f', signingKey, clock: new SetClock() });
    const key = Buffer.alloc(32);
    await store.transaction(async ({ sites }) => {
      for (const name of ['mercy', 'north']) await sites.save({ name, signingKey: key, agreementKey: key, certificateFingerprint: name, certificateExpiresAtMs: 0, enrolledAtMs: 0, revokedAtMs: null, renewal: null });
    });
  });
  afterEach(async () => {
    await store[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  const head = (sequence: number, line = 'line'): LedgerHead => ({ sequence, hash: sha256Hex(`${line} ${sequence}`) });
  const countersign = (at: LedgerHead, site = 'mercy') => store.transaction((tables) => ledgers.countersign(tables, site, at));

  it('is countersigned with the coordinator\'s key, and the newest one can be asked for', async () => {
    await ledgers.admit('mercy', head(1));
    await countersign(head(1));
    const receipt = await countersign(head(4));
    expect(await ledgers.newest('mercy')).to.deep.equal(receipt);
    expect(receipt).to.deep.include(head(4));
    const signedFor = (site: string) => verifyStatement(rawPublicKey(signingKey), ledgerReceiptDomain, ledgerReceiptFields('f', site, receipt), receipt.signature);
    expect([signedFor('mercy'), signedFor('north')]).to.deep.equal([true, false]);
  });

  it('is countersigned together with the head of the audit log, the event that came with it included', async () => {
    const receipt = await store.transaction(async (tables) => {
      await tables.audit.append({ atMs: 1, actor: 'site mercy', action: 'contribution accepted', subject: 'run-1.0', detail: {} });
      return ledgers.countersign(tables, 'mercy', head(1));
    });
    const { sequence, hash } = await store.read.audit.head();
    expect(receipt).to.deep.include({ auditSequence: sequence, auditHash: hash });
    expect(sequence).to.equal(1);
  });

  const refused: [title: string, code: ErrorCode, at: LedgerHead][] = [
    ['is behind the newest one', 'ledger-not-growing', head(3)],
    ['is the newest one once more', 'ledger-not-growing', head(4)],
    ['has another hash at the same place', 'ledger-forked', head(4, 'another')],
  ];
  for (const [title, code, at] of refused) {
    it(`that ${title} is refused as ${code}`, async () => {
      await countersign(head(4));
      await expectError(code, ledgers.admit('mercy', at));
      await expectError(code, countersign(at));
      expect(await ledgers.newest('mercy')).to.deep.include(head(4));
    });
  }

  it('is compared with heads of the same site only', async () => {
    await countersign(head(4));
    await ledgers.admit('north', head(1));
    await countersign(head(1), 'north');
    await expectError('not-found', ledgers.newest('south'));
  });

  it('is no head without a place and a SHA-256', async () => {
    for (const wrong of [head(0), head(-1), { sequence: 1.5, hash: head(1).hash }, { sequence: 1, hash: '' }, { sequence: 1, hash: 'F'.repeat(64) }]) {
      await expectError('invalid-request', ledgers.admit('mercy', wrong));
    }
  });

  it('begins anew when the site was set up anew', async () => {
    await countersign(head(4));
    await store.transaction(({ ledgerHeads }) => ledgerHeads.remove('mercy'));
    await ledgers.admit('mercy', head(1));
  });
});
