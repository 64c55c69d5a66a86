import { chunkBytes } from '../../shared/wire/transport-options.ts';

/** What one message of a call may be at most, and how many such calls one caller may have open. */
export interface MessageBounds {
  /** Of the whole message, as it is on the wire. */
  readonly maxBytes: number;
  /** Fields in it, at all depths together; every entry of a list counts. */
  readonly maxFields: number;
  /** Of each text, in UTF-8. */
  readonly maxTextBytes: number;
  /** Calls of one caller at the same time. */
  readonly maxConcurrent: number;
}

const small: MessageBounds = { maxBytes: 2048, maxFields: 32, maxTextBytes: 256, maxConcurrent: 16 };
/** A certificate signing request goes along. */
const request: MessageBounds = { ...small, maxBytes: 16 * 1024 };
/** Leaves room for the fields beside a chunk. */
const chunk: MessageBounds = { ...small, maxBytes: chunkBytes + 4096, maxConcurrent: 8 };

/** The bounds of every call on the wire, by its path. They hold before a message is decoded. */
export const messageBounds: Readonly<Record<string, MessageBounds>> = {
  '/consilium.v1.Contributions/Held': small,
  '/consilium.v1.Contributions/Upload': chunk,
  '/consilium.v1.Decryptions/DownloadSum': { ...small, maxConcurrent: 8 },
  '/consilium.v1.Decryptions/Report': chunk,
  '/consilium.v1.Enrolment/Describe': small,
  '/consilium.v1.Enrolment/Enrol': request,
  '/consilium.v1.Enrolment/Renew': request,
  '/consilium.v1.GroupKeys/CloseEpoch': small,
  '/consilium.v1.GroupKeys/ConfirmGroupKey': small,
  /** Some boxes of 33 KiB and five fields. */
  '/consilium.v1.GroupKeys/DepositGroupKey': { ...small, maxBytes: 1024 * 1024, maxFields: 256, maxConcurrent: 2 },
  '/consilium.v1.GroupKeys/OfferEpochKey': small,
  '/consilium.v1.Ledgers/Head': small,
  '/consilium.v1.Manifests/CoSign': small,
  '/consilium.v1.ModelVersions/Download': { ...small, maxConcurrent: 8 },
  '/consilium.v1.ModelVersions/Lineage': small,
  '/consilium.v1.SiteLink/Decline': small,
  '/consilium.v1.SiteLink/TellProgress': small,
  /** Names each run of which the site holds keys. A connection that was lost may keep its stream for a while. */
  '/consilium.v1.SiteLink/Watch': { ...small, maxBytes: 32 * 1024, maxFields: 300, maxConcurrent: 8 },
  '/consilium.v1.Studies/Decide': small,
  '/consilium.v1.Studies/GetPlan': small,
};
