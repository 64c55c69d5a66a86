import type { RecordedRoster, RosterStore } from '../rosters/roster-store.ts';
import { signedRosterFromJson, signedRosterToJson, type SignedRosterJson } from '../../shared/statements/roster-json.ts';
import type { Database } from './database.ts';
import type { RosterRow } from './schema.ts';

export class RosterTable implements RosterStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async find(study: string, hash: string): Promise<RecordedRoster | undefined> {
    const row = await this.#database.selectFrom('roster').selectAll().where('study', '=', study).where('hash', '=', hash).executeTakeFirst();
    return row && toRoster(row);
  }

  async newest(study: string): Promise<RecordedRoster | undefined> {
    const row = await this.#database.selectFrom('roster').selectAll().where('study', '=', study).orderBy('version', 'desc').limit(1).executeTakeFirst();
    return row && toRoster(row);
  }

  async list(study: string): Promise<RecordedRoster[]> {
    const rows = await this.#database.selectFrom('roster').selectAll().where('study', '=', study).orderBy('version').execute();
    return rows.map(toRoster);
  }

  async undecided(site: string): Promise<RecordedRoster[]> {
    const rows = await this.#database
      .selectFrom('roster')
      .innerJoin('rosterMember', (join) => join.onRef('rosterMember.study', '=', 'roster.study').onRef('rosterMember.version', '=', 'roster.version'))
      .selectAll('roster')
      .where('rosterMember.site', '=', site)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('roster as later').select('later.version').whereRef('later.study', '=', 'roster.study').whereRef('later.version', '>', 'roster.version'))),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('studyDecision')
              .select('studyDecision.site')
              .whereRef('studyDecision.study', '=', 'roster.study')
              .whereRef('studyDecision.rosterHash', '=', 'roster.hash')
              .where('studyDecision.site', '=', site),
          ),
        ),
      )
      .orderBy('roster.submittedAtMs')
      .execute();
    return rows.map(toRoster);
  }

  async insert({ hash, roster, submittedAtMs }: RecordedRoster): Promise<void> {
    const { study, version, members } = roster;
    await this.#database
      .insertInto('roster')
      .values({ study, version, hash, roster: JSON.stringify(signedRosterToJson(roster)), submittedAtMs })
      .execute();
    await this.#database
      .insertInto('rosterMember')
      .values(members.map(({ site }) => ({ study, version, site })))
      .execute();
  }
}

function toRoster({ hash, roster, submittedAtMs }: RosterRow): RecordedRoster {
  return { hash, roster: signedRosterFromJson(JSON.parse(roster) as SignedRosterJson), submittedAtMs };
}
