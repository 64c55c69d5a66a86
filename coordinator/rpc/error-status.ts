import { randomBytes } from 'node:crypto';
import type { StatusObject } from '@grpc/grpc-js';
import { asConsiliumError, ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { storageFailure } from '../../shared/errors/storage-failure.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { toStatus } from '../../shared/wire/error-metadata.ts';

/** The status with which a call fails. What went wrong inside stays in the log, under the reference that the caller gets. */
export function statusOf(thrown: unknown, log: Logger): StatusObject {
  const error = storageFailure(thrown) ?? asConsiliumError(thrown);
  if (error.code === 'storage-unavailable') log.error('Disk or database failed.', {}, error.cause);
  if (error.code !== 'internal') {
    log.info('call refused', { code: error.code, detail: error.detail });
    return toStatus(error);
  }
  const reference = randomBytes(6).toString('hex');
  log.error('call failed', { reference }, error.cause ?? error);
  return toStatus(new ConsiliumError('internal', `Reference ${reference}.`));
}
