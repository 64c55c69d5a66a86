/**
 * Who may import what: the import graph is the threat model, so this table is part of it.
 *
 * A module is a folder or file of this repository (`coordinator/` ends with a slash, `group-key*`
 * is a beginning of names) or a package (`kysely` with all its entry points, `@grpc/*` a whole scope).
 * What no row names may be imported from everywhere.
 */
export interface Boundary {
  readonly modules: readonly string[];
  readonly onlyFrom: readonly string[];
  /** What the reader does instead. */
  readonly instead: string;
}

const compositionRoot = ['coordinator/coordinator.ts', 'coordinator/main.ts', 'coordinator/access-commands.ts', 'coordinator/collect-command.ts', 'coordinator/backup-commands.ts'];
const askForAnInterface =
  'Declare the few methods that you need as an interface beside the rule; coordinator/coordinator.ts hands the adapter in.';

export const boundaries: readonly Boundary[] = [
  // The programs. Each runs in another place, and shared/ runs in all of them.
  { modules: ['coordinator/'], onlyFrom: ['coordinator/'], instead: 'Ask the coordinator over the wire (proto/), or move what both sides run to shared/.' },
  { modules: ['site-agent/'], onlyFrom: ['site-agent/'], instead: 'Nothing reaches into a site: move what both sides run to shared/, but never a key or a patient row.' },
  { modules: ['cli/'], onlyFrom: ['cli/'], instead: 'Move what more than one command runs to shared/.' },
  { modules: ['console/'], onlyFrom: ['console/'], instead: 'The web console is served as files, never imported.' },

  // The coordinator's adapters. Rules know no SQL, gRPC or HTTP, and adapters do not know one another.
  { modules: ['coordinator/store/'], onlyFrom: ['coordinator/store/', ...compositionRoot], instead: askForAnInterface },
  { modules: ['coordinator/rpc/'], onlyFrom: ['coordinator/rpc/', ...compositionRoot], instead: askForAnInterface },
  { modules: ['coordinator/http/'], onlyFrom: ['coordinator/http/', ...compositionRoot], instead: askForAnInterface },
  { modules: ['coordinator/metrics/'], onlyFrom: ['coordinator/metrics/', ...compositionRoot], instead: askForAnInterface },

  // The foreign libraries, each behind one bridge.
  { modules: ['kysely', 'node:sqlite'], onlyFrom: ['coordinator/store/', 'shared/files/folder-lock.ts'], instead: 'SQL lives in coordinator/store/: add a method to a table there.' },
  { modules: ['@grpc/*'], onlyFrom: ['coordinator/rpc/', 'site-agent/link/', 'shared/wire/'], instead: 'gRPC ends in coordinator/rpc/ and site-agent/link/: pass plain objects inwards.' },
  { modules: ['express', 'express-rate-limit', 'helmet'], onlyFrom: ['coordinator/http/', 'shared/operations/', 'site-agent/local-console/'], instead: 'HTTP ends in coordinator/http/, shared/operations/ and site-agent/local-console/: pass plain objects inwards.' },
  { modules: ['jose'], onlyFrom: ['coordinator/http/'], instead: 'Tokens of an organisation\'s login are read in coordinator/http/open-id-connect/: ask for a Caller.' },
  { modules: ['openid-client'], onlyFrom: ['cli/'], instead: 'People log in with the command line; a program takes an access token.' },
  { modules: ['node-seal'], onlyFrom: ['shared/ciphertexts/', 'site-agent/encryption/'], instead: 'Use the bridge in shared/ciphertexts/, or site-agent/encryption/ where a key is needed.' },
  { modules: ['@hpke/*'], onlyFrom: ['site-agent/encryption/'], instead: 'Group keys are sealed and opened in site-agent/encryption/ only.' },
  { modules: ['@scure/bip39'], onlyFrom: ['shared/statements/key-fingerprint.ts'], instead: 'Fingerprints in words come from shared/statements/key-fingerprint.ts.' },
  { modules: ['@tensorflow/*'], onlyFrom: ['shared/models/', 'site-agent/training/'], instead: 'Tensors do not leave shared/models/ and site-agent/training/: pass Float32Array.' },

  // The keys that open an update.
  { modules: ['site-agent/encryption/group-key*', 'site-agent/encryption/mac-key*'], onlyFrom: ['site-agent/encryption/'], instead: 'Call what site-agent/encryption/ offers; a group key does not leave that folder.' },
];

/** Folders that build, start, measure or test the programs and so may import all of it. */
export const outsideTheBoundaries = ['bench/', 'bin/', 'demo/', 'scripts/', 'test/'];

/** Names that no code outside `site-agent/encryption/` may write: whoever can name a secret key can use it. */
export const secretNames = {
  names: ['SecretKey', 'KeyGenerator', 'Decryptor', 'Encryptor', 'GroupKey', 'MacKey'],
  onlyFrom: ['site-agent/encryption/'],
  instead: 'Secret keys have a name only in site-agent/encryption/: call what that folder offers.',
} as const;

/** Names of the calls that carry what derives from patient data: no other file of the site agent may write them. */
export const doorNames = {
  names: ['Upload', 'Report', 'carryContribution', 'carryOpenedSums'],
  onlyFrom: ['site-agent/egress/', 'site-agent/link/'],
  instead: 'What derives from patient data leaves through site-agent/egress/ only, with its line in the ledger: call Egress.',
} as const;
