import { InvalidArgumentError, Option } from 'commander';
import { parseAddress, type Address } from '../tls/address.ts';

/** Reads `host:port` for Commander. @param lowestPort 0 for an address to listen on, where it means any free port */
export function addressArgument(lowestPort: 0 | 1): (text: string) => Address {
  return (text) => {
    const address = parseAddress(text, lowestPort);
    if (address) return address;
    throw new InvalidArgumentError('It is not an address host:port.');
  };
}

/** An option for an address to listen on. */
export function listeningOption(flags: string, description: string, standard: string): Option {
  return new Option(flags, description).argParser(addressArgument(0)).default(parseAddress(standard), standard);
}
