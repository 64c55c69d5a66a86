import { expect } from 'chai';
import { callNouns } from '../../../coordinator/rpc/call-nouns.ts';
import { services } from '../../../shared/wire/services.ts';

describe('the names of calls', () => {
  it('are there for every call of the wire, and for no other', () => {
    const paths = Object.values(services).flatMap((service) => Object.values(service).map(({ path }) => path));
    expect(Object.keys(callNouns)).to.have.members(paths);
  });

  it('differ from each other', () => {
    expect(new Set(Object.values(callNouns)).size).to.equal(Object.keys(callNouns).length);
  });
});
