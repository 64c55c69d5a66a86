import type { Selectable } from 'kysely';
import type { EpochClosing } from '../../shared/statements/epoch-closing.ts';
import type { MemberSignature } from '../../shared/statements/member-signature.ts';
import type { EpochStart, SealedBox } from '../../shared/statements/run-statements.ts';
import type { Epoch, EpochKeyOffer, EpochMember, EpochStore, ProposedClosing } from '../group-keys/epoch.ts';
import type { RosterMember } from '../../shared/statements/roster.ts';
import type { Database } from './database.ts';
import type { EpochMemberRow, EpochRow } from './schema.ts';

export class EpochTable implements EpochStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async findByRun(run: string): Promise<Epoch | undefined> {
    const row = await this.#database.selectFrom('epoch').selectAll().where('run', '=', run).orderBy('number', 'desc').executeTakeFirst();
    return row && toEpoch(row);
  }

  async find(number: number): Promise<Epoch | undefined> {
    const row = await this.#database.selectFrom('epoch').selectAll().where('number', '=', number).executeTakeFirst();
    return row && toEpoch(row);
  }

  async before({ run, number }: Epoch): Promise<Epoch | undefined> {
    const row = await this.#database.selectFrom('epoch').selectAll().where('run', '=', run).where('number', '<', number).orderBy('number', 'desc').executeTakeFirst();
    return row && toEpoch(row);
  }

  async closing(epoch: number): Promise<ProposedClosing | undefined> {
    const row = await this.#database.selectFrom('epochClosing').selectAll().where('epoch', '=', epoch).executeTakeFirst();
    if (!row) return undefined;
    const signatures = await this.#database.selectFrom('epochClosingSignature').select(['site', 'signature']).where('epoch', '=', epoch).orderBy('site').execute();
    return { next: JSON.parse(row.next) as EpochStart, nextRosterHash: row.nextRosterHash, proposedAtMs: row.proposedAtMs, signatures };
  }

  async proposeClosing(epoch: number, { next, nextRosterHash }: EpochClosing, proposedAtMs: number): Promise<void> {
    await this.#database.insertInto('epochClosing').values({ epoch, next: JSON.stringify(next), nextRosterHash, proposedAtMs }).execute();
  }

  async signClosing(epoch: number, { site, signature }: MemberSignature): Promise<void> {
    await this.#database
      .insertInto('epochClosingSignature')
      .values({ epoch, site, signature })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }

  async members(epoch: number): Promise<EpochMember[]> {
    const rows = await this.#database
      .selectFrom('epochMember')
      .select(['epoch', 'site', 'signingKey', 'publicKey', 'publicKeySignature', 'offeredAtMs', 'boxSignature', 'confirmedAtMs'])
      .where('epoch', '=', epoch)
      .orderBy('site')
      .execute();
    return rows.map(toMember);
  }

  async box(epoch: number, site: string): Promise<SealedBox | undefined> {
    const row = await this.#database.selectFrom('epochMember').select(['encapsulation', 'ciphertext', 'boxSignature']).where('epoch', '=', epoch).where('site', '=', site).executeTakeFirst();
    const { encapsulation, ciphertext, boxSignature: signature } = row ?? {};
    return encapsulation && ciphertext && signature ? { recipient: site, encapsulation, ciphertext, signature } : undefined;
  }

  async insert({ start, ...epoch }: Omit<Epoch, 'number'>, members: readonly RosterMember[]): Promise<number> {
    const { number } = await this.#database.insertInto('epoch').values({ ...epoch, start: JSON.stringify(start) }).returning('number').executeTakeFirstOrThrow();
    await this.#database
      .insertInto('epochMember')
      .values(members.map((member) => ({ epoch: number, ...member })))
      .execute();
    return number;
  }

  async skipTo(number: number): Promise<void> {
    const { numUpdatedRows } = await this.#database.updateTable('sqliteSequence').set((row) => ({ seq: row.fn<number>('max', ['seq', row.val(number)]) })).where('name', '=', 'epoch').executeTakeFirstOrThrow();
    if (numUpdatedRows === 0n) await this.#database.insertInto('sqliteSequence').values({ name: 'epoch', seq: number }).execute();
  }

  async setOffer(epoch: number, site: string, { publicKey, signature, offeredAtMs }: EpochKeyOffer): Promise<void> {
    await this.#setMember(epoch, site, { publicKey, publicKeySignature: signature, offeredAtMs });
  }

  async setGroupKey(epoch: number, groupKeyHash: string, boxes: readonly SealedBox[]): Promise<void> {
    await this.#database.updateTable('epoch').set({ groupKeyHash }).where('number', '=', epoch).execute();
    for (const { recipient, encapsulation, ciphertext, signature } of boxes) {
      await this.#setMember(epoch, recipient, { encapsulation, ciphertext, boxSignature: signature });
    }
  }

  async setConfirmed(epoch: number, site: string, atMs: number): Promise<void> {
    await this.#setMember(epoch, site, { confirmedAtMs: atMs });
  }

  async #setMember(epoch: number, site: string, change: Partial<EpochMemberRow>): Promise<void> {
    await this.#database.updateTable('epochMember').set(change).where('epoch', '=', epoch).where('site', '=', site).execute();
  }
}

function toEpoch({ start, ...row }: Selectable<EpochRow>): Epoch {
  return { ...row, start: JSON.parse(start) as EpochStart };
}

function toMember(row: Omit<EpochMemberRow, 'encapsulation' | 'ciphertext'>): EpochMember {
  const { epoch, site, signingKey, publicKey, publicKeySignature, offeredAtMs, boxSignature, confirmedAtMs } = row;
  return {
    epoch,
    site,
    signingKey,
    confirmedAtMs,
    offer: publicKey && publicKeySignature && { publicKey, signature: publicKeySignature, offeredAtMs: offeredAtMs ?? 0 },
    hasBox: boxSignature !== null,
  };
}
