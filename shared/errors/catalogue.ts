/**
 * Every error that Consilium tells a person or a peer, in one table.
 *
 * `text` is public: it may cross the wire and must never hold a value from a patient row.
 * `next` says what the reader can do. `grpc` and `http` are the statuses under which it travels,
 * `exit` is the exit code of a command that ends with it. A retryable error may succeed
 * when the same call is made again.
 */
export interface CatalogueEntry {
  readonly text: string;
  readonly next: string;
  readonly grpc: GrpcStatusName;
  readonly http: number;
  readonly exit: ExitCode;
  readonly retryable: boolean;
}

export type GrpcStatusName =
  | 'INVALID_ARGUMENT'
  | 'NOT_FOUND'
  | 'ALREADY_EXISTS'
  | 'PERMISSION_DENIED'
  | 'RESOURCE_EXHAUSTED'
  | 'FAILED_PRECONDITION'
  | 'OUT_OF_RANGE'
  | 'INTERNAL'
  | 'UNAVAILABLE'
  | 'DATA_LOSS'
  | 'UNAUTHENTICATED'
  | 'CANCELLED'
  | 'DEADLINE_EXCEEDED';

/** Exit codes of all commands; documented in the README and stable. */
export const exitCodes = {
  /** An error inside Consilium. */ internal: 1,
  /** The command line, a plan or a data file is wrong. */ invalid: 2,
  /** The other side cannot be reached or does not answer. */ unavailable: 3,
  /** The caller is not known or may not do this. */ refused: 4,
  /** What was asked for is not there, or not in a state that allows it. */ state: 5,
  /** A check of integrity failed. */ integrity: 6,
} as const;
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

const invalid = { grpc: 'INVALID_ARGUMENT', http: 400, exit: exitCodes.invalid, retryable: false } as const;
const missing = { grpc: 'NOT_FOUND', http: 404, exit: exitCodes.state, retryable: false } as const;
const state = { grpc: 'FAILED_PRECONDITION', http: 409, exit: exitCodes.state, retryable: false } as const;
const denied = { grpc: 'PERMISSION_DENIED', http: 403, exit: exitCodes.refused, retryable: false } as const;
const unknownCaller = { grpc: 'UNAUTHENTICATED', http: 401, exit: exitCodes.refused, retryable: false } as const;
const integrity = { grpc: 'DATA_LOSS', http: 422, exit: exitCodes.integrity, retryable: false } as const;
const unavailable = { grpc: 'UNAVAILABLE', http: 503, exit: exitCodes.unavailable, retryable: true } as const;

export const catalogue = {
  // Things that can happen anywhere.
  internal: {
    text: 'Something went wrong inside Consilium.',
    next: 'Look for the reference in the log and report it.',
    grpc: 'INTERNAL', http: 500, exit: exitCodes.internal, retryable: false,
  },
  'invalid-request': { ...invalid, text: 'The request is not valid.', next: 'Correct what the message names and ask again.' },
  'not-found': { ...missing, text: 'There is no such thing here.', next: 'List what is there and check the name.' },
  'cancelled': {
    text: 'The operation was cancelled.', next: 'Start it again when you want it to go on.',
    grpc: 'CANCELLED', http: 499, exit: exitCodes.internal, retryable: false,
  },
  'too-many-requests': {
    text: 'Too many requests.', next: 'Wait a minute and try again.',
    grpc: 'RESOURCE_EXHAUSTED', http: 429, exit: exitCodes.unavailable, retryable: true,
  },
  'too-slow': {
    text: 'The other side sent or read too slowly.', next: 'Nothing needs to be done once; when it happens again and again, look for what holds up the connection.',
    grpc: 'DEADLINE_EXCEEDED', http: 408, exit: exitCodes.unavailable, retryable: true,
  },
  'request-too-large': {
    text: 'The request is too large.', next: 'Send less in one request.',
    grpc: 'OUT_OF_RANGE', http: 413, exit: exitCodes.invalid, retryable: false,
  },
  'file-unreadable': { ...invalid, text: 'The file cannot be read.', next: 'Check that the file is there and that you may read it.' },
  'file-unwritable': { ...state, text: 'The file cannot be written.', next: 'Name a new file in a folder that you may write to.' },
  'nobody-to-ask': { ...invalid, text: 'This needs a yes, and nobody sits at a terminal to give it.', next: 'Run it at a terminal; or, once everything is compared, add --yes.' },
  'invalid-settings': { ...invalid, text: 'The settings are not valid.', next: 'Correct what the message names and start again.' },
  'folder-locked': { ...state, text: 'Another process works in this folder already.', next: 'End the other process first; one folder belongs to one process.' },
  'storage-unavailable': { ...unavailable, text: 'The disk or the database does not take anything now.', next: 'Make room on the disk and look at the log; what was under way goes on by itself.' },
  'disk-full': { ...unavailable, text: 'The disk has too little room left.', next: 'Make room on the disk that the message names; what was under way goes on by itself.' },
  'file-not-private': { ...state, text: 'Keys are not private: others than the user of this program may use their files.', next: 'Run the commands named above. If other people use this machine, think of the keys as known to them: a site joins again with a new bundle.' },
  'folder-in-use': { ...state, text: 'The folder already holds something else.', next: 'Name an empty folder.' },
  'address-unavailable': { ...state, text: 'The program cannot listen on this address.', next: 'Stop the program that holds it, or name another address: --site-address, --http-address or --metrics-address of the coordinator, --operations-port of a site.' },
  'program-ended': { ...state, text: 'A program that was needed ended.', next: 'Read the end of its log.', exit: exitCodes.internal },

  // The coordinator's state: its database, backups and restores.
  'database-newer': { ...state, text: 'A newer version of Consilium wrote the database.', next: 'Start that version or a later one. To go back, restore a backup that the older version made.' },
  'migration-failed': { ...state, text: 'The database could not be brought to the form that this version needs; it is as it was.', next: 'Start the version that ran before, and report what the log says.', exit: exitCodes.internal },
  'database-damaged': { ...integrity, text: 'The database is damaged.', next: 'Keep a copy of the folder, look for a broken disk, and restore the newest backup with: consilium-coordinator restore' },
  'backup-damaged': { ...integrity, text: 'The backup is not as it was written.', next: 'Use another copy of it, or another backup.' },
  'coordinator-restored': { ...integrity, text: 'The coordinator was restored from a backup and asks for what this site has done and left behind.', next: 'The run cannot go on where sites are ahead of the coordinator. Start another run of the study.' },

  // Enrolment and identity.
  'token-unknown': { ...unknownCaller, text: 'This enrolment token is not known.', next: 'Copy the bundle again, or ask the operator of the federation for a new one.' },
  'token-used': { ...unknownCaller, text: 'This enrolment token was already used.', next: 'A token works once. If it was not you, tell the operator; ask for a new bundle.' },
  'token-expired': { ...unknownCaller, text: 'This enrolment token has expired.', next: 'Use the newest bundle that the operator of the federation sent, or ask for another one.' },
  'bundle-malformed': { ...invalid, text: 'The bundle is not three lines of address, token and fingerprint.', next: 'Copy all three lines exactly as the operator sent them.' },
  'fingerprint-mismatch': { ...unknownCaller, text: 'The coordinator at this address has another fingerprint than the bundle says.', next: 'Do not go on. Ask the operator, by telephone, to read the fingerprint to you; something may sit between you and the coordinator.' },
  'certificate-refused': { ...unknownCaller, text: 'The coordinator does not accept this certificate.', next: 'It belongs to another federation, has expired or was revoked. Ask the operator for a new bundle and join again.' },
  'coordinator-certificate-refused': { ...unknownCaller, text: 'The coordinator shows a certificate that this federation did not issue.', next: 'Do not go on. Check the address; ask the operator whether the coordinator was set up anew.' },
  'coordinator-name-mismatch': { ...unknownCaller, text: 'The coordinator\'s certificate is for other names than this address.', next: 'Use an address that the certificate names, or ask the operator to add this one to the coordinator\'s hosts and to restart it.' },
  'clock-wrong': { ...state, text: 'The clock of this machine differs too much from the coordinator\'s.', next: 'Set the clock (for example with chrony or systemd-timesyncd) and try again.' },
  'proof-of-possession': { ...invalid, text: 'The request for a certificate is not signed by the keys it names.', next: 'Run join again in an empty folder; an agent that renews its certificate tries again by itself.' },
  'site-exists': { ...state, text: 'A site of this name is already enrolled.', next: 'Choose another name, or make the invitation with --replace when the site was set up anew.' },
  'bundle-superseded': { ...unknownCaller, text: 'Another bundle has enrolled this site in the meantime.', next: 'If it was not you, tell the operator of the federation; ask for a bundle that replaces the site.' },
  'site-not-found': { ...missing, text: 'No site of this name was ever enrolled.', next: 'List the sites with: consilium site list' },
  'coordinator-running': { ...state, text: 'The coordinator of this folder runs, and it alone can cut a site off at once.', next: 'Revoke the site through it: consilium site revoke' },
  'site-already-joined': { ...state, text: 'This folder already belongs to an enrolled site.', next: 'Run serve in it, or choose an empty folder for another site.' },
  'certificate-expired': { ...state, text: 'The certificate of this site has expired; it was not renewed in time, because the agent did not run or did not reach the coordinator.', next: 'Ask the operator of the federation for a bundle that replaces the site, and join again in an empty folder.', exit: exitCodes.refused },
  'site-not-joined': { ...state, text: 'This folder does not belong to an enrolled site.', next: 'Run consilium-site join first.' },
  'coordinator-unreachable': { ...unavailable, text: 'The coordinator cannot be reached.', next: 'Check the address and the firewalls on the way, and ask the operator of the federation whether the coordinator runs.' },
  'proxy-unreachable': { ...unavailable, text: 'The proxy on the way to the coordinator cannot be reached.', next: 'Check network.proxy.url in site.json, and ask the hospital\'s network team for the address of the proxy.' },
  'proxy-certificate-refused': { ...unavailable, text: 'The proxy shows a certificate that this machine does not trust.', next: 'Ask the hospital\'s network team for its certificate authority as a PEM file, and name it in site.json as network.certificateAuthorities.' },
  'proxy-login-needed': { ...unknownCaller, text: 'The proxy asks for a login.', next: 'Write user:password into a file that only the agent\'s user can read and name it in site.json as network.proxy.loginFile (or set CONSILIUM_PROXY_LOGIN); or ask the hospital\'s network team to let this machine through without one.' },
  'proxy-login-refused': { ...unknownCaller, text: 'The proxy refuses the login.', next: 'Correct user and password, then start again: the agent does not try a refused login again by itself, because that could lock the account.' },
  'proxy-forbids': { ...unavailable, text: 'The proxy does not let this machine connect to the coordinator.', next: 'Ask the hospital\'s network team to allow CONNECT to the coordinator\'s address and port.' },
  'connection-inspected': { ...unknownCaller, text: 'Something on the way opens the TLS connection, or another server stands at the coordinator\'s address.', next: 'Check the address. If a firewall of the hospital inspects TLS, ask its network team to leave connections to the coordinator as they are: inspection can never work here, whatever certificates are installed.' },
  'check-failed': { ...state, text: 'The check found something wrong.', next: 'Mend what is named above and check again.' },
  'not-initialised': { ...state, text: 'This folder does not hold a coordinator.', next: 'Run consilium-coordinator init first.' },
  'connection-missing': { ...invalid, text: 'No coordinator was named.', next: 'Use --connection FILE, or set CONSILIUM_CONNECTION, with a connection file that consilium-coordinator wrote (init, or access grant).' },
  'not-a-member': { ...denied, text: 'This site is not a member of the run.', next: 'Ask the data-science team to start a run that includes the site.' },

  // People and machines at the HTTP API.
  'token-missing': { ...unknownCaller, text: 'The request carries no access token.', next: 'Send it as "Authorization: Bearer TOKEN"; the connection file holds it.' },
  'token-refused': { ...unknownCaller, text: 'The access token is refused.', next: 'Use a connection file that the operator of this federation gave you, or log in again with: consilium login' },
  'access-expired': { ...unknownCaller, text: 'This access has expired.', next: 'Ask the operator of the federation for a new connection file, or log in again with: consilium login' },
  'access-revoked': { ...unknownCaller, text: 'This access was revoked.', next: 'Ask the operator of the federation why, and for a new connection file where there was a mistake.' },
  'role-missing': { ...denied, text: 'This access does not allow that.', next: 'Ask the operator of the federation for access with the role that the message names.' },
  'issuer-unreachable': { ...unavailable, text: 'The organisation\'s login cannot be reached.', next: 'Check the issuer\'s address and certificate authority in the settings, and try again.' },
  'no-organisation-login': { ...state, text: 'This federation has no login of an organisation.', next: 'Use a connection file with an access token. Where an organisation has OpenID Connect, open-id-connect.json in the coordinator\'s folder describes it.' },
  'login-needed': { ...unknownCaller, text: 'Nobody is logged in with this connection file.', next: 'Log in with: consilium login' },
  'login-failed': { ...unknownCaller, text: 'The login did not succeed.', next: 'Try again, and ask the operator of the federation whether the settings of the organisation\'s login are right.' },
  'access-not-found': { ...missing, text: 'There is no such access.', next: 'List who has access with: consilium access list' },

  // Studies and plans.
  'plan-invalid': { ...invalid, text: 'The study plan is not valid.', next: 'Correct every problem listed and check the plan again.' },
  'study-exists': { ...state, text: 'Another plan was already submitted under this study name.', next: 'A study never changes. Give the new plan a new name.' },
  'roster-missing': { ...state, text: 'The study has no such signed roster.', next: 'Sign the study\'s roster with: consilium study roster' },
  'roster-invalid': { ...invalid, text: 'The roster does not fit the study.', next: 'Correct what the message names and sign again with: consilium study roster' },
  'roster-out-of-date': { ...state, text: 'The roster does not follow the study\'s newest one.', next: 'Another version came in between; look at it and sign again with: consilium study roster' },
  'lead-key-changed': { ...integrity, text: 'The roster is signed with another lead key than the study\'s first one.', next: 'Use the key with which the first roster was signed. When it is lost, submit the plan as a study of another name.' },
  'lead-key-invalid': { ...invalid, text: 'The file does not hold a lead key.', next: 'Name the file that was made with: consilium study keygen' },
  'member-key-mismatch': { ...integrity, text: 'A member of the roster has another signing key than the site that joined under that name.', next: 'Find out by telephone which key the hospital has, and sign a roster with that one.' },
  'approvals-missing': { ...state, text: 'Not every member of the roster has approved the study.', next: 'Ask the hospitals that the message names, or sign a roster without them. Wait for approvals with: consilium run start --wait' },
  'sites-missing': { ...state, text: 'The study needs sites that are not enrolled.', next: 'Enrol the sites that the message names, or name others in the plan.' },
  'study-not-found': { ...missing, text: 'There is no such study.', next: 'List the studies with: consilium study list' },
  'run-not-found': { ...missing, text: 'There is no such run.', next: 'List the runs with: consilium run show' },
  'run-not-completed': { ...state, text: 'The run ended before its last round.', next: 'When a site is the cause, the log of its agent has the details. Start another run of the study when the cause is gone.' },
  'watch-interrupted': { ...state, text: 'The run is not watched any more; it goes on at the coordinator.', next: 'See how it stands at any time with: consilium run show', exit: exitCodes.internal },
  'run-ended': { ...state, text: 'The run has ended.', next: 'Start another run of the study.' },
  'model-not-trained': { ...state, text: 'The run has no trained model version yet.', next: 'Wait until a training round is published. Version 0, which is not trained, goes by its digest; find it with: consilium model list' },
  'model-not-found': { ...missing, text: 'There is no such model version.', next: 'List the versions with: consilium model list' },

  // The audit log.
  'audit-log-damaged': { ...integrity, text: 'The audit log is not what it was.', next: 'Keep a copy of the log and of any signed head, and find out who can write where it lies, in the coordinator\'s database or in the site\'s folder; compare with a backup.' },
  'audit-head-refused': { ...integrity, text: 'The signed head of the audit log cannot be relied on.', next: 'Ask the operator whether the coordinator was set up anew; keep both heads.' },

  // Evidence of a run.
  'run-not-ended': { ...state, text: 'The run has not ended.', next: 'Evidence is written of runs that have ended: wait for its end, or stop it.' },
  'evidence-malformed': { ...integrity, text: 'The folder does not hold the evidence of a run.', next: 'Copy it again from where it was written, or let the coordinator write it anew with: consilium run evidence' },
  'evidence-refuted': { ...integrity, text: 'The evidence does not show what it should.', next: 'Compare the folder with another copy; when all copies are alike, ask the operator what happened in the run.' },

  // Data at a site.
  'data-set-missing': { ...state, text: 'The data set that the study asks for is not configured at this site.', next: 'Name its file with consilium-site data add, and then run consilium-site check.' },
  'data-unreadable': { ...state, text: 'The data file cannot be read.', next: 'Check that the file is there and that the user who runs Consilium may read it.' },
  'data-invalid': { ...invalid, text: 'The data set does not keep the study\'s data contract.', next: 'Correct the file at the row and column named, or talk to the data-science team about the contract.' },
  'too-few-samples': { ...state, text: 'The site has fewer training samples than the study asks for.', next: 'Nothing leaves the site. Tell the data-science team that the site cannot take part.' },
  'training-failed': { ...state, text: 'Training failed at the site.', next: 'Look at the site\'s log; the data-science team should check the plan\'s model and training settings.' },
  'trainer-ended': { ...state, text: 'The process that trains at the site ended.', next: 'Training goes on by itself. If it happens again and again, look at the site\'s log and at the memory of its machine.', retryable: true },
  'data-changed': { ...state, text: 'The data set is not the one with which the site began the run.', next: 'The hospital puts the files back as they were and restarts its agent, or a new run is started with the new data.' },
  'engine-unavailable': { ...state, text: 'The training engine asked for does not load on this machine.', next: 'Set "engine" in site.json to "auto" or "wasm", which runs everywhere, or install tfjs-node (npm run setup:tfjs-node).' },
  'engine-changed': { ...state, text: 'The run was trained with another training engine so far, and a run keeps its engine.', next: 'Put back the engine that the message names and restart the agent, or take part in a new run.' },

  // Installing the native training engine.
  'engine-not-for-platform': { ...state, text: 'The native training engine is built for Linux on x86-64 only.', next: 'Train with wasm, which runs everywhere.' },
  'build-tools-missing': { ...state, text: 'Programs are missing with which the native training engine is built.', next: 'Install what the message names, and start it again.' },
  'artifact-unreachable': { ...unavailable, text: 'A part of the native training engine cannot be downloaded.', next: 'Name a mirror with --maven-repository or --python-index, or bring a filled --cache from a machine that can download it.' },
  'artifact-altered': { ...integrity, text: 'A part of the native training engine is not the file that Consilium pins.', next: 'Nothing was installed. Try another mirror; if it repeats, look for what alters downloads on the way.' },
  'engine-build-failed': { ...state, text: 'The native training engine could not be built.', next: 'Read what the program says. Everything is as it was before.', exit: exitCodes.internal },

  // Consent at a site. The data-science team reads these; none tells anything about patients.
  'study-not-proposed': { ...missing, text: 'No such study was proposed to this site.', next: 'List what was proposed with: consilium-site study list' },
  'proposal-not-seen': { ...state, text: 'The study as it is proposed now is not what was shown.', next: 'Look at it again with consilium-site study show, or name the hashes that you have seen with --plan-hash and --roster-hash.' },
  'study-not-approved': { ...denied, text: 'The hospital has not approved the study with this plan and this roster.', next: 'Ask the hospital to decide; it sees the study with consilium-site study show.' },
  'study-refused': { ...denied, text: 'A person at the hospital refused the study.', next: 'Ask the hospital for its reasons. It may approve later, or another plan may suit it.' },
  'study-withdrawn': { ...denied, text: 'The hospital has withdrawn from the study.', next: 'Go on without the site: sign a roster that leaves it out, and start another run.' },
  'site-paused': { ...state, text: 'The hospital has paused its site.', next: 'The round goes on without the site where the quorum allows it; ask the hospital when it will resume.' },
  'roster-not-growing': { ...integrity, text: 'The coordinator proposed a roster that is older than one which this site knows, or does not follow it.', next: 'The site does not consider it. Ask the operator whether the coordinator was restored from a backup.' },
  'peer-not-pinned': { ...denied, text: 'The roster names a site whose key this hospital has not compared.', next: 'Compare fingerprints from hospital to hospital by telephone, pin them with consilium-site peer pin, and then approve.' },
  'peer-key-changed': { ...denied, text: 'The roster names a pinned site with another key.', next: 'Somebody may pose as that site, or it was set up anew. Ask the hospital by telephone; only when it says so, unpin its old key and pin the new one.' },
  'lead-key-not-pinned': { ...denied, text: 'The hospital has not compared the lead key that signed the roster.', next: 'Compare its fingerprint with the data-science team by telephone, and pin it with consilium-site peer pin --lead-key.' },
  'pinned-lead-key-changed': { ...denied, text: 'The roster is signed with another lead key than the one that this hospital pinned.', next: 'Ask the data-science team by telephone; only when it says so, unpin the old lead key and pin the new one.' },
  'key-pinned-already': { ...state, text: 'Another fingerprint is pinned under this name.', next: 'Find out why by telephone. Only when the key has really changed: consilium-site peer unpin, and then pin the new one.' },
  'key-of-another': { ...state, text: 'This is the fingerprint of a key that somebody else has.', next: 'Perhaps the wrong line was copied: compare the words by telephone again. If it is the other pin that is wrong, remove it with consilium-site peer unpin and pin the right key there.' },
  'cohort-not-accepted': { ...denied, text: 'The study\'s statistics were opened under an earlier roster.', next: 'Only a person can accept this, knowing what can be learned and about whom: consilium-site study approve --new-cohort' },
  'data-not-approved': { ...denied, text: 'The site\'s data changed since statistics about them left for this study.', next: 'Statistics before and after tell what changed, down to single rows. Only a person can accept this: consilium-site study approve --new-data' },
  'consent-damaged': { ...integrity, text: 'A record of what this hospital decided cannot be read.', next: 'Nothing new is taken. Restore the file from a backup, or remove it and decide again.' },

  // Limits that a hospital set in its policy.json.
  'policy-invalid': { ...invalid, text: 'The hospital\'s policy file is not valid.', next: 'Correct what the message names; until then new work waits. Check it with: consilium-site policy check' },
  'policy-data-set': { ...denied, text: 'The hospital\'s policy does not allow the data set that the study reads.', next: 'Agree with the hospital on the data set; it can change its policy file.' },
  'policy-purpose': { ...denied, text: 'The hospital\'s policy does not allow a purpose for which the study holds rounds.', next: 'Leave out rounds of that purpose, or agree with the hospital on them.' },
  'policy-samples': { ...denied, text: 'The hospital\'s policy asks for a larger data set than it has for the study.', next: 'Go on without the site.' },
  'policy-contributors': { ...denied, text: 'The hospital\'s policy asks for more contributors to a sum than the study does.', next: 'Raise privacy.minimumContributors in a new plan, or ask more sites to join.' },
  'policy-rounds': { ...denied, text: 'The study holds more rounds than the hospital\'s policy allows.', next: 'Plan fewer rounds, or agree with the hospital on more.' },
  'policy-bytes': { ...denied, text: 'The study has the site send more bytes a day than the hospital\'s policy allows.', next: 'Hold fewer rounds a day, use a smaller model, or agree with the hospital on more.' },
  'policy-hours': { ...denied, text: 'The hospital\'s policy allows no rounds at this hour.', next: 'Hold rounds when all hospitals allow them, or give them longer deadlines.' },
  'policy-model-size': { ...denied, text: 'The model has more parameters than the hospital\'s policy allows.', next: 'Use a smaller model, or agree with the hospital on a larger one.' },
  'policy-members': { ...denied, text: 'The roster names a site with which the hospital\'s policy does not allow sharing.', next: 'Agree with the hospital on the members.' },
  'policy-lead-key': { ...denied, text: 'The hospital\'s policy does not allow studies under this lead key.', next: 'Give the hospital the fingerprint of the lead key, so that it can allow it.' },

  // Layouts, ciphertexts and sums.
  'layout-mismatch': { ...integrity, text: 'The layout of the contribution is not the layout of the round.', next: 'Both sides must run the same version of Consilium and the same plan.' },
  'value-out-of-range': { ...invalid, text: 'A count is outside the range that its field can hold.', next: 'Raise the limit in the plan (rows, weights) that the message names.' },
  'head-room-exceeded': { ...invalid, text: 'The lanes cannot hold a sum over so many sites.', next: 'Choose lanes with more head-room.' },
  'noise-budget-exceeded': { ...invalid, text: 'The ciphertexts cannot be added this often and still be decrypted.', next: 'Use fewer sites.' },
  'parameter-set-mismatch': { ...integrity, text: 'The ciphertext was made with other encryption parameters.', next: 'Both sides must run the same version of Consilium.' },
  'epoch-mismatch': { ...integrity, text: 'The contribution belongs to another epoch.', next: 'The site must open the current epoch\'s group key and contribute again.' },
  'ciphertext-truncated': { ...integrity, text: 'The ciphertext ends too early.', next: 'The sender must upload the contribution again.' },
  'ciphertext-malformed': { ...integrity, text: 'The bytes are not a ciphertext.', next: 'The sender must upload the contribution again.' },
  'ciphertext-transparent': { ...integrity, text: 'The ciphertext hides nothing.', next: 'The sender\'s software is broken or hostile; do not use the contribution.' },
  'ciphertext-size': { ...integrity, text: 'The ciphertext does not have exactly two polynomials.', next: 'The sender\'s software is broken or hostile; do not use the contribution.' },
  'ciphertext-form': { ...integrity, text: 'The ciphertext is in NTT form.', next: 'The sender\'s software is broken or hostile; do not use the contribution.' },
  'ciphertext-count': { ...integrity, text: 'The number of ciphertexts is not what the layout needs.', next: 'The sender must upload the contribution again.' },
  'tag-malformed': { ...integrity, text: 'The tag of a contribution is not one.', next: 'The sender\'s software is broken or hostile; do not use the contribution.' },
  'padding-not-zero': { ...integrity, text: 'The padding of the decrypted sum is not zero.', next: 'The sum is damaged or was tampered with; the run must not go on.' },
  'sum-out-of-range': { ...integrity, text: 'A decrypted value is outside the range of a sum of that many contributions.', next: 'The sum is damaged or was tampered with; the run must not go on.' },
  'digest-mismatch': { ...integrity, text: 'The bytes do not have the digest that was announced.', next: 'Send them again; if it repeats, look for a broken disk or proxy.' },
  'payload-damaged': { ...integrity, text: 'What the coordinator has on disk is not what it took in.', next: 'Look for a broken disk, or for whoever else writes there; the audit log names what is damaged. Start another run when the cause is gone.' },

  // Rounds, contributions, decryption.
  'round-not-collecting': { ...state, text: 'The round does not take contributions any more.', next: 'The contribution is dropped; the site takes part in the next round.' },
  'member-declined': { ...state, text: 'A member site does not take part.', next: 'Mend it with the site and start another run, or name other sites in a new plan.' },
  'sites-silent': { ...state, text: 'Sites that a run cannot do without did not answer in time.', next: 'Find out whether the agents of the sites that the message names are at work, paused or cut off. Start another run then, or sign a roster without them.' },
  'round-abandoned': { ...state, text: 'A round was abandoned, and with it the run.', next: 'See which sites were missing, and start another run.' },
  'upload-not-continuing': { ...unavailable, text: 'The upload does not go on where it broke off.', next: 'The site asks where to go on; nothing has to be done.' },
  'contribution-conflict': { ...state, text: 'The site already made another contribution to this round.', next: 'A site contributes once a round; the first one counts.' },
  'contribution-too-large': {
    text: 'The contribution is larger than the layout allows.', next: 'Both sides must run the same version of Consilium and the same plan.',
    grpc: 'OUT_OF_RANGE', http: 413, exit: exitCodes.invalid, retryable: false,
  },
  'decryption-not-asked': { ...state, text: 'The coordinator did not ask this site to decrypt.', next: 'Nothing to do; the answer is ignored.' },
  'decryptors-differ': { ...integrity, text: 'Two decryptors report different results for one sum.', next: 'A third site is asked. Look at the audit log for the site that stands alone.' },
  'manifest-refused': { ...integrity, text: 'The site does not sign this manifest: it does not say what the site knows.', next: 'Ask the operator which contributions the coordinator added; the run must not go on.' },
  'base-already-summed': { ...integrity, text: 'The site already signed a sum over other sites for this base model.', next: 'Two such sums would reveal their difference. Start a run anew; its initial weights are drawn anew.' },
  'cohort-changed': { ...integrity, text: 'Statistics of this study are opened over the same sites each time.', next: 'With another set of sites, a hospital\'s counts would follow by subtraction. Wait for the missing site, or sign a new roster that every site approves. Where they were opened under another roster after this one was approved, it is approved once more: consilium-site study approve --new-cohort' },
  'manifest-chain-broken': { ...integrity, text: 'The manifest does not continue the one that the site signed before.', next: 'The coordinator shows sites different histories; the run must not go on. Compare the audit log with the sites\' ledgers.' },
  'co-signatures-missing': { ...integrity, text: 'Too few members of the roster signed what makes up the sum.', next: 'The site opens nothing. Ask the operator why the coordinator asks for it all the same.' },
  'epoch-closed': { ...integrity, text: 'The site signed the end of this epoch and takes part in nothing more of it.', next: 'The run goes on in its next epoch. If the coordinator asks again and again, ask its operator why.' },
  'epoch-not-closed': { ...integrity, text: 'The epoch does not continue the one before it.', next: 'The site does not take part. Ask the operator where the coordinator has the new roster from.' },
  'outcome-not-signed': { ...integrity, text: 'The round stands on a model or on parameters that no two members signed.', next: 'The site does not take part. Ask the operator where the coordinator has them from.' },
  'tag-mismatch': { ...integrity, text: 'The sum is not the sum of the contributions that its manifest names.', next: 'The site decrypts nothing more in this epoch. Find out what the coordinator changed before you start another run.' },
  'decryption-stopped': { ...integrity, text: 'The site decrypts nothing more in this epoch, because a sum failed a check.', next: 'Look at the site\'s log for the check that failed; start another run when the cause is found.' },
  'site-restored': { ...integrity, text: 'The site does not remember a contribution that it made: it was restored from a backup.', next: 'Stop the agent. Ask the operator for a bundle that replaces the site, and take part with new keys: consilium-site join NEW_FOLDER --bundle FILE --memory-of OLD_FOLDER, with the newest folder of the site that is still there, so that it goes on to know what it signed.' },
  'decryption-failed': { ...integrity, text: 'No two sites agree on what the sum is.', next: 'The run stops. Compare software versions of the sites before you start another.' },
  'signature-invalid': { ...integrity, text: 'A signature does not verify.', next: 'Find out who sent the message; it may have been altered on its way.' },
  'group-key-refused': { ...integrity, text: 'The sealed group key cannot be opened or is not bound to this epoch.', next: 'The run needs a new epoch; start another run.' },
  'epoch-not-growing': { ...integrity, text: 'The coordinator offered an epoch that this site has already seen or passed.', next: 'The site refuses it. Ask the operator whether the coordinator was restored from a backup.' },
  'epoch-too-far': { ...integrity, text: 'The coordinator offered an epoch whose number is more than a day ahead of this site\'s clock.', next: 'The site refuses it: after it no other epoch would grow. Look at the clocks of site and coordinator, and ask the operator where the number comes from.' },
  'base-model-refused': { ...integrity, text: 'The base model does not have the digest that the run names.', next: 'The site does not train on it. Tell the operator.' },
  'transition-not-allowed': { ...state, text: 'The round cannot go from its state to that one.', next: 'Look at the round\'s state first.' },

  // The egress ledger.
  'ledger-damaged': { ...integrity, text: 'The egress ledger is not as it was written.', next: 'The agent sends nothing. Keep the folder as it is, find out who or what changed it, and set the site up anew, with a bundle that replaces it: consilium-site join NEW_FOLDER --bundle FILE --memory-of OLD_FOLDER, with the newest folder of the site that is still there, so that it goes on to know what it signed.' },
  'ledger-not-growing': { ...integrity, text: 'The coordinator knows a longer egress ledger of this site.', next: 'The site was restored from a backup or runs twice. Stop the other copy, and set the site up anew, with a bundle that replaces it: consilium-site join NEW_FOLDER --bundle FILE --memory-of OLD_FOLDER, with the newest folder of the site that is still there, so that it goes on to know what it signed.' },
  'ledger-forked': { ...integrity, text: 'The coordinator knows another egress ledger of this site.', next: 'The site was restored from a backup or runs twice. Stop the other copy, and set the site up anew, with a bundle that replaces it: consilium-site join NEW_FOLDER --bundle FILE --memory-of OLD_FOLDER, with the newest folder of the site that is still there, so that it goes on to know what it signed.' },
  'ledger-key-mismatch': { ...integrity, text: 'The ledger is signed with another key than the one whose fingerprint was given.', next: 'Ask for the fingerprint once more. When it is right, somebody else wrote this ledger or its receipts: believe nothing in it.' },
  'ledger-refusal-unproven': { ...integrity, text: 'The coordinator says that it knows another egress ledger of this site, and shows no receipt that proves it.', next: 'The site drops this piece of work and goes on. An honest coordinator can prove it: ask the operator what happened, and compare with consilium-site ledger verify --online. Do not set the site up anew for it.' },
  'ledger-receipt-invalid': { ...integrity, text: 'The coordinator\'s receipt for the egress ledger is missing or not right.', next: 'Ask the operator whether the coordinator was set up anew; without right receipts nobody can show that the ledger was not cut off.' },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
