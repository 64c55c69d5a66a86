import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('ledgerHead')
    .addColumn('site', 'text', (column) => column.primaryKey().notNull().references('site.name'))
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('receivedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('auditSequence', 'bigint', (column) => column.notNull())
    .addColumn('auditHash', 'text', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .execute();
}
