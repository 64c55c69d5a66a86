import { expect } from 'chai';
import { formatBundle, parseBundle } from '../../../shared/enrolment/bundle.ts';
import { expectError } from '../../support/expect-error.ts';

const token = 'A'.repeat(43);
const fingerprint = '0123456789abcdef'.repeat(4);

describe('bundle', () => {
  it('is three lines that read back the same', () => {
    for (const host of ['coordinator.example', '192.0.2.7', '2001:db8::7']) {
      const bundle = { address: { host, port: 8443 }, token, fingerprint };
      expect(formatBundle(bundle).trimEnd().split('\n')).to.have.length(3);
      expect(parseBundle(formatBundle(bundle))).to.deep.equal(bundle);
    }
  });

  it('may have blank lines, blanks and Windows line ends, and any way of writing a fingerprint', () => {
    const written = fingerprint.toUpperCase().match(/../g)!.join(':');
    expect(parseBundle(`\r\n  coordinator.example:8443 \r\n\r\n${token}\r\n${written}\r\n`)).to.deep.equal({
      address: { host: 'coordinator.example', port: 8443 },
      token,
      fingerprint,
    });
  });

  it('is refused with every line that is wrong', async () => {
    const error = await expectError('bundle-malformed', () => parseBundle('coordinator.example\nshort\nnot hexadecimal\n'));
    expect(error.problems.map(({ path }) => path)).to.deep.equal(['line 1', 'line 2', 'line 3']);
  });

  it('is refused when a line is missing', async () => {
    await expectError('bundle-malformed', () => parseBundle(`coordinator.example:8443\n${token}\n`));
  });

  it('never has its token in an error', async () => {
    const error = await expectError('bundle-malformed', () => parseBundle(`nowhere\nsecret-but-too-short\n${fingerprint}`));
    expect(JSON.stringify(error)).not.to.contain('secret');
  });
});
