import { sql, type Kysely } from 'kysely';

/** Every decision of a site is kept, not only its last one about a roster. */
export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema.alterTable('studyDecision').renameTo('lastStudyDecision').execute();
  await database.schema
    .createTable('studyDecision')
    .addColumn('study', 'text', (column) => column.notNull())
    .addColumn('rosterHash', 'text', (column) => column.notNull())
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('federation', 'text', (column) => column.notNull())
    .addColumn('planHash', 'text', (column) => column.notNull())
    .addColumn('decision', 'text', (column) => column.notNull())
    .addColumn('decidedBy', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('decidedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('study_decision_history_key', ['study', 'rosterHash', 'site', 'decidedAtMs'])
    .addForeignKeyConstraint('study_decision_history_roster', ['study', 'rosterHash'], 'roster', ['study', 'hash'])
    .execute();
  const columns = sql.raw('study, roster_hash, site, federation, plan_hash, decision, decided_by, code, decided_at_ms, signature');
  await sql`insert into study_decision (${columns}) select ${columns} from last_study_decision`.execute(database);
  await database.schema.dropTable('lastStudyDecision').execute();
}
