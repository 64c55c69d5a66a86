import { expect } from 'chai';
import { formatAddress, parseAddress } from '../../../shared/tls/address.ts';

describe('address', () => {
  it('is host:port, with brackets around IPv6', () => {
    for (const text of ['localhost:1', 'coordinator.example:8443', '192.0.2.7:65535', '[2001:db8::7]:8443']) {
      const address = parseAddress(text);
      expect(address, text).not.to.equal(undefined);
      expect(formatAddress(address!)).to.equal(text);
    }
  });

  it('is nothing when the text is something else', () => {
    for (const text of ['', 'localhost', 'localhost:', ':8443', 'localhost:0', 'localhost:65536', 'https://localhost:8443', 'a b:1', '2001:db8::7:8443', '[localhost]:1', '-a.example:1']) {
      expect(parseAddress(text), text).to.equal(undefined);
    }
  });
});
