import { ConsiliumError, type Problem } from '../errors/consilium-error.ts';
import { parseAddress, formatAddress, type Address } from '../tls/address.ts';
import { parseFingerprint, readableFingerprint } from '../tls/fingerprint.ts';

/** All that hospital IT receives: three lines of text. The token is secret until it is used. */
export interface Bundle {
  readonly address: Address;
  readonly token: string;
  /** SHA-256 of the certificate authority's certificate (DER), lower-case hexadecimal. */
  readonly fingerprint: string;
}

const tokenForm = /^[A-Za-z0-9_-]{43}$/; // 256 bits as base64url

export function formatBundle({ address, token, fingerprint }: Bundle): string {
  return `${formatAddress(address)}\n${token}\n${readableFingerprint(fingerprint)}\n`;
}

/**
 * Reads a bundle as it comes out of a mail: blank lines, blanks around lines and Windows line ends do not matter.
 *
 * @throws ConsiliumError `bundle-malformed` with every line that is wrong
 */
export function parseBundle(text: string): Bundle {
  const lines = text.split(/\r?\n/).map((line) => line.trim()).filter((line) => line !== '');
  if (lines.length !== 3) throw new ConsiliumError('bundle-malformed', `It has ${lines.length} lines.`);
  const [addressLine = '', token = '', fingerprintLine = ''] = lines;
  const address = parseAddress(addressLine);
  const fingerprint = parseFingerprint(fingerprintLine);
  const problems: Problem[] = [];
  if (!address) problems.push({ path: 'line 1', message: 'is not an address host:port' });
  if (!tokenForm.test(token)) problems.push({ path: 'line 2', message: 'is not a token of 43 letters, digits, "-" and "_"' });
  if (!fingerprint) problems.push({ path: 'line 3', message: 'is not a fingerprint of 64 hexadecimal digits' });
  if (!address || !fingerprint || problems.length > 0) throw new ConsiliumError('bundle-malformed', '', { problems });
  return { address, token, fingerprint };
}
