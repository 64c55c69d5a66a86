import { InvalidArgumentError } from 'commander';
import type { CheckResult } from '../shared/evidence/checks/checks.ts';
import type { EvidenceDocuments } from '../shared/evidence/evidence-documents.ts';
import { areSameFingerprint, isKeyFingerprint, keyFingerprint } from '../shared/statements/key-fingerprint.ts';

/** A key under which parts of the evidence are signed, as people compare it. */
export interface EvidenceKey {
  /** `coordinator`, `lead key`, or the site. */
  readonly whose: string;
  readonly words: string;
  readonly hex: string;
}

/** Fingerprints that somebody knows from another source, by whose key it is. */
export type KnownKeys = ReadonlyMap<string, string>;

/** Whose keys signed what the evidence holds: of every roster of the run, and the coordinator's. */
export function evidenceKeys(documents: EvidenceDocuments): EvidenceKey[] {
  const rosters = documents['rosters.json'];
  const keys = [
    { whose: 'coordinator', key: Buffer.from(documents['run.json'].federation.signingKey, 'hex') },
    ...rosters.map(({ leadKey }) => ({ whose: 'lead key', key: Buffer.from(leadKey, 'base64') })),
    ...rosters.flatMap(({ members }) => members.map(({ site, signingKey }) => ({ whose: site, key: Buffer.from(signingKey, 'base64') }))),
  ];
  const known = new Map(keys.map(({ whose, key }) => [`${whose} ${key.toString('hex')}`, { whose, ...keyFingerprint(key) }]));
  return [...known.values()];
}

/** Who made up all keys could make up all evidence: compares the keys with those that somebody knows. */
export function checkKeys(keys: readonly EvidenceKey[], expected: KnownKeys): CheckResult {
  const wrong = [...expected].filter(([whose, fingerprint]) => {
    const theirs = keys.filter((key) => key.whose === whose);
    return theirs.length === 0 || !theirs.every(({ hex }) => areSameFingerprint(fingerprint, hex));
  });
  return {
    name: 'keys',
    proves: 'The keys under which all of this is signed are those that you named.',
    passed: wrong.length === 0,
    finding: wrong.length === 0 ? `${[...expected.keys()].join(', ')} as named` : `not the key that was named: ${wrong.map(([whose]) => whose).join(', ')}`,
  };
}

/** An option's value `mercy=twelve words`, added to those before. */
export function knownSiteKey(text: string, before: KnownKeys): KnownKeys {
  const [site, fingerprint] = [text.slice(0, text.indexOf('=')), text.slice(text.indexOf('=') + 1)];
  if (!text.includes('=') || site === '') throw new InvalidArgumentError('Write SITE=FINGERPRINT.');
  return new Map([...before, [site, knownKey(fingerprint)]]);
}

export function knownKey(text: string): string {
  if (!isKeyFingerprint(text)) throw new InvalidArgumentError('It is not a fingerprint: 12 words, between quotes, or 64 hexadecimal digits.');
  return text;
}
