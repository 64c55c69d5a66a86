import { formatAddress, type Address } from '../tls/address.ts';
import { ConsiliumError } from './consilium-error.ts';

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'may not be taken by this user',
  EADDRINUSE: 'is in use',
  EADDRNOTAVAIL: 'is not an address of this machine',
  ENOTFOUND: 'is a name that cannot be resolved',
};

/**
 * Why a server cannot listen.
 *
 * @param purpose what listens: `The metrics page`
 * @param cause what `listen` failed with
 */
export function addressUnavailable(purpose: string, address: Address, cause: unknown): ConsiliumError {
  const { code = '' } = cause as NodeJS.ErrnoException;
  return new ConsiliumError('address-unavailable', `${purpose}: ${formatAddress(address)} ${reasons[code] ?? `is refused${code && ` (${code})`}`}.`, { cause });
}
