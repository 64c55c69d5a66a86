import type { Decryption, DecryptionResult, DecryptionStore } from '../decryptions/decryption.ts';
import type { Database } from './database.ts';
import type { DecryptionRow } from './schema.ts';

export class DecryptionTable implements DecryptionStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async list(round: string): Promise<Decryption[]> {
    const rows = await this.#database.selectFrom('decryption').selectAll().where('round', '=', round).orderBy('askedAtMs').orderBy('returnSums', 'desc').execute();
    return rows.map(toDecryption);
  }

  async ask({ returnSums, ...decryption }: Omit<Decryption, 'answer'>): Promise<void> {
    await this.#database
      .insertInto('decryption')
      .values({ ...decryption, returnSums: Number(returnSums) })
      .execute();
  }

  async answer(round: string, site: string, { signature, ...result }: NonNullable<Decryption['answer']>): Promise<void> {
    await this.#database
      .updateTable('decryption')
      .set({ answer: JSON.stringify(result), signature })
      .where('round', '=', round)
      .where('site', '=', site)
      .execute();
  }
}

function toDecryption({ answer, signature, returnSums, ...row }: DecryptionRow): Decryption {
  const answered = answer !== null && signature !== null;
  return { ...row, returnSums: returnSums === 1, answer: answered ? { ...(JSON.parse(answer) as DecryptionResult), signature } : null };
}
