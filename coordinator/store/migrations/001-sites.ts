import { sql, type Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('site')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('certificateFingerprint', 'text', (column) => column.notNull().unique())
    .addColumn('certificateExpiresAtMs', 'bigint', (column) => column.notNull())
    .addColumn('signingKey', 'blob', (column) => column.notNull())
    .addColumn('agreementKey', 'blob', (column) => column.notNull())
    .addColumn('enrolledAtMs', 'bigint', (column) => column.notNull())
    .addColumn('revokedAtMs', 'bigint')
    .execute();

  await database.schema
    .createTable('enrolmentToken')
    .addColumn('tokenHash', 'text', (column) => column.primaryKey().notNull())
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('replaces', 'integer', (column) => column.notNull())
    .addColumn('createdAtMs', 'bigint', (column) => column.notNull())
    .addColumn('expiresAtMs', 'bigint', (column) => column.notNull())
    .addColumn('usedAtMs', 'bigint')
    .addColumn('requestHash', 'text')
    .addColumn('certificate', 'blob')
    .execute();

  await database.schema
    .createTable('auditEvent')
    .addColumn('sequence', 'integer', (column) => column.primaryKey().notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addColumn('actor', 'text', (column) => column.notNull())
    .addColumn('action', 'text', (column) => column.notNull())
    .addColumn('subject', 'text', (column) => column.notNull())
    .addColumn('detail', 'text', (column) => column.notNull())
    .addColumn('previousHash', 'text', (column) => column.notNull().unique()) // so that the chain cannot fork
    .addColumn('hash', 'text', (column) => column.notNull())
    .execute();

  for (const change of ['update', 'delete']) {
    await sql
      .raw(`create trigger audit_event_no_${change} before ${change} on audit_event begin select raise(abort, 'the audit log is append-only'); end`)
      .execute(database);
  }
}
