import { expect } from 'chai';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';

/** Waits for the failure of `work` and returns it; fails when there is none or it has another code. */
export async function expectError(code: ErrorCode, work: Promise<unknown> | (() => unknown)): Promise<ConsiliumError> {
  try {
    await (typeof work === 'function' ? work() : work);
  } catch (error) {
    if (!(error instanceof ConsiliumError)) throw error;
    expect(error.code, error.message).to.equal(code);
    return error;
  }
  expect.fail(`expected the error ${code}, but nothing failed`);
}
