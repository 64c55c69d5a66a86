import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('roster')
    .addColumn('study', 'text', (column) => column.notNull().references('study.name'))
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('roster', 'text', (column) => column.notNull())
    .addColumn('submittedAtMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('roster_key', ['study', 'version'])
    .addUniqueConstraint('roster_hash', ['study', 'hash'])
    .execute();

  await database.schema
    .createTable('rosterMember')
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('study', 'text', (column) => column.notNull())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addPrimaryKeyConstraint('roster_member_key', ['site', 'study', 'version'])
    .addForeignKeyConstraint('roster_member_roster', ['study', 'version'], 'roster', ['study', 'version'])
    .execute();

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
    .addPrimaryKeyConstraint('study_decision_key', ['study', 'rosterHash', 'site'])
    .addForeignKeyConstraint('study_decision_roster', ['study', 'rosterHash'], 'roster', ['study', 'hash'])
    .execute();
}
