import type { Route } from './route.ts';

/** What a site shows of itself, both in PEM; the key is PKCS #8. */
export interface ClientIdentity {
  readonly certificate: string;
  readonly privateKey: string;
}

/** Everything that a site needs to be connected: the way, whom it expects at its end, and who it is. */
export interface ChannelIdentity extends Route {
  /** The federation's certificate authority, PEM: the one thing by which the coordinator is known. */
  readonly authority: string;
  /** The site's own; without it, only the calls of enrolment are allowed. */
  readonly client?: ClientIdentity | undefined;
  /** The most that the site may take of the hospital's line, in bytes a second with everything on the wire; no limit unless given. */
  readonly uploadBytesPerSecond?: number | undefined;
  readonly downloadBytesPerSecond?: number | undefined;
  /** How often the connection is tried when it is silent; a dead one is noticed within three times as long. */
  readonly keepAliveMs?: number | undefined;
}
