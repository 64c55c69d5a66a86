import type { Kysely } from 'kysely';

export async function up(database: Kysely<unknown>): Promise<void> {
  await database.schema
    .createTable('study')
    .addColumn('name', 'text', (column) => column.primaryKey().notNull())
    .addColumn('planHash', 'text', (column) => column.notNull())
    .addColumn('planJson', 'blob', (column) => column.notNull())
    .addColumn('submittedAtMs', 'bigint', (column) => column.notNull())
    .execute();

  await database.schema
    .createTable('run')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('study', 'text', (column) => column.notNull().references('study.name'))
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('startedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('endedAtMs', 'bigint')
    .addColumn('parameters', 'text', (column) => column.notNull())
    .execute();

  await database.schema
    .createTable('epoch')
    .addColumn('number', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
    .addColumn('rosterHash', 'text', (column) => column.notNull())
    .addColumn('custodian', 'text', (column) => column.notNull())
    .addColumn('groupKeyHash', 'text', (column) => column.notNull())
    .addColumn('start', 'text', (column) => column.notNull())
    .execute();

  await database.schema
    .createTable('epochMember')
    .addColumn('epoch', 'integer', (column) => column.notNull().references('epoch.number'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('signingKey', 'blob', (column) => column.notNull())
    .addColumn('publicKey', 'blob')
    .addColumn('publicKeySignature', 'blob')
    .addColumn('encapsulation', 'blob')
    .addColumn('ciphertext', 'blob')
    .addColumn('boxSignature', 'blob')
    .addColumn('confirmedAtMs', 'bigint')
    .addPrimaryKeyConstraint('epoch_member_key', ['epoch', 'site'])
    .execute();

  await database.schema
    .createTable('epochClosing')
    .addColumn('epoch', 'integer', (column) => column.primaryKey().notNull().references('epoch.number'))
    .addColumn('next', 'text', (column) => column.notNull())
    .addColumn('nextRosterHash', 'text', (column) => column.notNull())
    .execute();

  await database.schema
    .createTable('epochClosingSignature')
    .addColumn('epoch', 'integer', (column) => column.notNull().references('epoch.number'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('epoch_closing_signature_key', ['epoch', 'site'])
    .execute();

  await database.schema
    .createTable('round')
    .addColumn('id', 'text', (column) => column.primaryKey().notNull())
    .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('purpose', 'text', (column) => column.notNull())
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('attempt', 'integer', (column) => column.notNull())
    .addColumn('baseVersion', 'text', (column) => column.notNull())
    .addColumn('openedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('deadlineAtMs', 'bigint', (column) => column.notNull())
    .addColumn('extensions', 'integer', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addColumn('endedAtMs', 'bigint')
    .addColumn('bytesUp', 'bigint', (column) => column.notNull())
    .addColumn('bytesDown', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('round_number', ['run', 'number'])
    .execute();

  await database.schema
    .createTable('decline')
    .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('assignment', 'text', (column) => column.notNull())
    .addColumn('code', 'text', (column) => column.notNull())
    .addColumn('atMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('decline_key', ['run', 'site', 'assignment'])
    .execute();

  await database.schema
    .createTable('contribution')
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('nonce', 'blob', (column) => column.notNull())
    .addColumn('tag', 'blob', (column) => column.notNull())
    .addColumn('bytes', 'bigint', (column) => column.notNull())
    .addColumn('acceptedAtMs', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('contribution_key', ['round', 'site', 'part'])
    .execute();

  await database.schema
    .createTable('manifest')
    .addColumn('sequence', 'integer', (column) => column.primaryKey().autoIncrement())
    .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('digest', 'text', (column) => column.notNull())
    .addColumn('manifest', 'text', (column) => column.notNull())
    .addUniqueConstraint('manifest_part', ['round', 'part'])
    .execute();

  await database.schema
    .createTable('coSignature')
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('part', 'text', (column) => column.notNull())
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('signature', 'blob', (column) => column.notNull())
    .addPrimaryKeyConstraint('co_signature_key', ['round', 'part', 'site'])
    .execute();

  await database.schema
    .createTable('cohort')
    .addColumn('study', 'text', (column) => column.notNull().references('study.name'))
    .addColumn('rosterHash', 'text', (column) => column.notNull())
    .addColumn('sites', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('cohort_key', ['study', 'rosterHash'])
    .execute();

  await database.schema
    .createTable('decryption')
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('site', 'text', (column) => column.notNull())
    .addColumn('askedAtMs', 'bigint', (column) => column.notNull())
    .addColumn('returnSums', 'integer', (column) => column.notNull())
    .addColumn('answer', 'text')
    .addColumn('signature', 'blob')
    .addPrimaryKeyConstraint('decryption_key', ['round', 'site'])
    .execute();

  await database.schema
    .createTable('modelVersion')
    .addColumn('digest', 'text', (column) => column.primaryKey().notNull())
    .addColumn('run', 'text', (column) => column.notNull().references('run.id'))
    .addColumn('number', 'integer', (column) => column.notNull())
    .addColumn('version', 'text', (column) => column.notNull())
    .addUniqueConstraint('model_version_number', ['run', 'number'])
    .execute();

  await database.schema
    .createTable('evaluation')
    .addColumn('modelVersion', 'text', (column) => column.primaryKey().notNull().references('model_version.digest'))
    .addColumn('round', 'text', (column) => column.notNull().references('round.id'))
    .addColumn('evaluation', 'text', (column) => column.notNull())
    .execute();
}
