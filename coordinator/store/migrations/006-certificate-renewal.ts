import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  const columns = [['renewedFingerprint', 'text'], ['renewedExpiresAtMs', 'bigint'], ['renewalRequestHash', 'text'], ['renewedCertificate', 'blob']] as const;
  for (const [name, type] of columns) await database.schema.alterTable('site').addColumn(name, type).execute();
  await database.schema.createIndex('site_renewed_fingerprint').on('site').column('renewedFingerprint').unique().execute();
}
