import { ConsiliumError } from './consilium-error.ts';

/** Errors of the file system that pass when there is room, or when the disk answers again. */
const fileSystemCodes: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT', 'EIO', 'EMFILE', 'ENFILE', 'EROFS']);
/** SQLite's primary result codes (low byte): BUSY, LOCKED, IOERR, FULL, CANTOPEN. */
const sqliteCodes: ReadonlySet<unknown> = new Set([5, 6, 10, 13, 14]);

/** A failure of disk or database as the error that may pass, or nothing when it is something else. */
export function storageFailure(thrown: unknown): ConsiliumError | undefined {
  const { code, errcode } = (thrown ?? {}) as { code?: unknown; errcode?: number };
  const passing = fileSystemCodes.has(code) || (code === 'ERR_SQLITE_ERROR' && sqliteCodes.has((errcode ?? 0) & 0xff));
  return passing ? new ConsiliumError('storage-unavailable', '', { cause: thrown }) : undefined;
}
