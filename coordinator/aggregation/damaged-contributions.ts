import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Contribution } from '../contributions/contribution.ts';
import type { Payloads } from '../payloads.ts';

/** Those contributions of which the bytes on disk are not the ones that were accepted, or are gone. */
export async function damagedContributions(payloads: Pick<Payloads, 'read'>, contributions: readonly Contribution[]): Promise<Contribution[]> {
  const damaged: Contribution[] = [];
  for (const contribution of contributions) {
    if (!(await isIntact(payloads, contribution.digest))) damaged.push(contribution);
  }
  return damaged;
}

/** @throws payload-damaged, not-found */
export async function assertIntact(payloads: Pick<Payloads, 'read'>, digest: string): Promise<void> {
  for await (const _chunk of payloads.read(digest)); // it is compared with its name at its end
}

async function isIntact(payloads: Pick<Payloads, 'read'>, digest: string): Promise<boolean> {
  try {
    await assertIntact(payloads, digest);
    return true;
  } catch (error) {
    if (error instanceof ConsiliumError && (error.code === 'payload-damaged' || error.code === 'not-found')) return false;
    throw error;
  }
}
