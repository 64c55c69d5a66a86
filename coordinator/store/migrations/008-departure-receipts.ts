import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('departureReceipt')
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('what', 'text', (column) => column.notNull())
    .addColumn('sequence', 'bigint', (column) => column.notNull())
    .addColumn('hash', 'text', (column) => column.notNull())
    .addColumn('receivedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('auditSequence', 'bigint', (column) => column.notNull())
    .addColumn('auditHash', 'text', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('departure_receipt_key', ['round', 'site', 'what'])
    .execute();
}
