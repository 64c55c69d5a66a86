import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  for (const [table, column] of [['round', 'stateAtMs'], ['epoch', 'openedAtMs'], ['epochClosing', 'proposedAtMs']] as const) {
    await database.schema.alterTable(table).addColumn(column, 'bigint', (definition) => definition.notNull().defaultTo(0)).execute();
  }
  await database.schema.alterTable('epochMember').addColumn('offeredAtMs', 'bigint').execute();

  await database.schema
    .createTable('lateContribution')
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('late_contribution_key', ['round', 'site'])
    .execute();
}
