import type { EpochStart, SealedBox } from '../../shared/statements/run-statements.ts';
import type { Epoch, EpochKeyOffer, EpochMember, EpochStore } from '../group-keys/epoch.ts';
import type { RosterMember } from '../../shared/statements/roster.ts';
import type { Database } from './database.ts';
import type { EpochMemberRow } from './schema.ts';

export class EpochTable implements EpochStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async findByRun(run: string): Promise<Epoch | undefined> {
    const row = await this.#database.selectFrom('epoch').selectAll().where('run', '=', run).orderBy('number', 'desc').executeTakeFirst();
    return row && { ...row, start: JSON.parse(row.start) as EpochStart };
  }

  async members(epoch: number): Promise<EpochMember[]> {
    const rows = await this.#database.selectFrom('epochMember').selectAll().where('epoch', '=', epoch).orderBy('site').execute();
    return rows.map(toMember);
  }

  async insert({ start, ...epoch }: Omit<Epoch, 'number'>, members: readonly RosterMember[]): Promise<number> {
    const { number } = await this.#database.insertInto('epoch').values({ ...epoch, start: JSON.stringify(start) }).returning('number').executeTakeFirstOrThrow();
    await this.#database
      .insertInto('epochMember')
      .values(members.map((member) => ({ epoch: number, ...member })))
      .execute();
    return number;
  }

  async setOffer(epoch: number, site: string, { publicKey, signature }: EpochKeyOffer): Promise<void> {
    await this.#setMember(epoch, site, { publicKey, publicKeySignature: signature });
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

function toMember(row: EpochMemberRow): EpochMember {
  const { epoch, site, signingKey, publicKey, publicKeySignature, encapsulation, ciphertext, boxSignature, confirmedAtMs } = row;
  return {
    epoch,
    site,
    signingKey,
    confirmedAtMs,
    offer: publicKey && publicKeySignature && { publicKey, signature: publicKeySignature },
    box: encapsulation && ciphertext && boxSignature && { recipient: site, encapsulation, ciphertext, signature: boxSignature },
  };
}
