import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { signedRosterFromJson, signedRosterJsonSchema, signedRosterToJson } from '../../../shared/statements/roster-json.ts';
import { isSignedRoster, rosterHash, signNextRoster, type SignedRoster } from '../../../shared/statements/roster.ts';
import { rawPublicKey } from '../../../shared/statements/signature.ts';

const { privateKey: leadKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519').privateKey;
const memberNamed = (site: string) => ({ site, signingKey: rawPublicKey(generateKeyPairSync('ed25519').privateKey) });
const [mercy, north, south] = ['mercy', 'north', 'south'].map(memberNamed) as [ReturnType<typeof memberNamed>, ReturnType<typeof memberNamed>, ReturnType<typeof memberNamed>];
const study = { federation: '3f6f2f34-4a3c-4f06-8f2a-1e5a4f1f8a01', study: 'heart', planHash: 'a'.repeat(64), members: [mercy, north] };

describe('a signed roster', () => {
  const first = signNextRoster(undefined, study, leadKey);
  const second = signNextRoster(first, { ...study, members: [south, north, mercy] }, leadKey);

  it('holds as its lead key signed it, and not with anything changed', () => {
    expect([isSignedRoster(first), isSignedRoster(second)]).to.deep.equal([true, true]);
    const changes: Partial<SignedRoster>[] = [
      { federation: 'another' }, { study: 'liver' }, { planHash: 'b'.repeat(64) }, { version: 2 }, { previousHash: 'c'.repeat(64) },
      { members: [mercy, north, south] }, { members: [mercy, { ...north, signingKey: south.signingKey }] }, { members: [mercy, { ...north, site: 'south' }] },
      { leadKey: rawPublicKey(other) }, { signature: second.signature },
    ];
    for (const change of changes) expect(isSignedRoster({ ...first, ...change }), Object.keys(change).join()).to.equal(false);
  });

  it('never names a member twice, whatever was signed', () => {
    expect(isSignedRoster(signNextRoster(undefined, { ...study, members: [mercy, mercy] }, leadKey))).to.equal(false);
  });

  it('follows the version before by number and hash, and its hash does not depend on the order of members', () => {
    expect(first).to.include({ version: 1, previousHash: '' });
    expect(second).to.include({ version: 2, previousHash: rosterHash(first) });
    expect(rosterHash({ ...second, members: [mercy, north, south] })).to.equal(rosterHash(second));
  });

  it('comes back from JSON as it was', () => {
    const json = signedRosterJsonSchema.parse(JSON.parse(JSON.stringify(signedRosterToJson(second))));
    const read = signedRosterFromJson(json);
    expect(isSignedRoster(read)).to.equal(true);
    expect(rosterHash(read)).to.equal(rosterHash(second));
  });
});
