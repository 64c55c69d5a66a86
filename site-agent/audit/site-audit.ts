import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { LineFile, readLines } from '../../shared/files/line-file.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import { OneAtATime } from '../../shared/one-at-a-time.ts';
import { auditEventHash, emptyAuditHead, followedBy, type AuditHead, type ChainedAuditEvent } from '../../shared/statements/audit-event.ts';

const eventSchema = z.strictObject({
  sequence: z.int(),
  atMs: z.int(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  detail: z.string(),
  previousHash: z.string(),
  hash: z.string(),
});

/** What this site refused, and why. `detail` holds codes and texts of the catalogue, never a value from a patient row. */
export interface SiteAuditEvent {
  readonly action: string;
  readonly subject: string;
  readonly detail: Readonly<Record<string, string>>;
}

export function siteAuditFile(siteFolder: string): string {
  return join(siteFolder, 'state', 'audit', 'audit.jsonl');
}

/** Every event of a site's audit log, each checked against the one before. @throws audit-log-damaged */
export async function* siteAuditEvents(file: string): AsyncGenerator<ChainedAuditEvent, AuditHead> {
  let head = emptyAuditHead;
  for await (const { text, torn } of readLines(file)) {
    if (torn) return head;
    const event = eventOf(text, head.sequence + 1);
    head = followedBy(head, event);
    yield event;
  }
  return head;
}

/** The site's own record of what it refused: append-only, each event bound to the one before, on disk before anybody is told. */
export class SiteAudit implements AsyncDisposable {
  readonly #file: LineFile;
  readonly #site: string;
  readonly #clock: Clock;
  #head: AuditHead;
  readonly #appends = new OneAtATime();

  private constructor(file: LineFile, head: AuditHead, site: string, clock: Clock) {
    this.#file = file;
    this.#head = head;
    this.#site = site;
    this.#clock = clock;
  }

  /** @throws audit-log-damaged */
  static async open(siteFolder: string, { site, clock, log }: { site: string; clock: Clock; log: Logger }): Promise<SiteAudit> {
    const path = siteAuditFile(siteFolder);
    const events = siteAuditEvents(path);
    let next = await events.next();
    while (!next.done) next = await events.next();
    const file = await LineFile.open(path, (aside) => log.warn('An event that was being written when the agent was killed is moved aside.', { file: aside }));
    return new SiteAudit(file, next.value, site, clock);
  }

  append(event: SiteAuditEvent): Promise<void> {
    return this.#appends.run(() => this.#append(event));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#appends.run(() => Promise.resolve());
    await this.#file[Symbol.asyncDispose]();
  }

  async #append({ action, subject, detail }: SiteAuditEvent): Promise<void> {
    const unchained = { sequence: this.#head.sequence + 1, atMs: this.#clock.nowMs(), actor: `site ${this.#site}`, action, subject, detail: JSON.stringify(detail), previousHash: this.#head.hash };
    const hash = auditEventHash(unchained);
    await this.#file.append(JSON.stringify({ ...unchained, hash }));
    this.#head = { sequence: unchained.sequence, hash };
  }
}

function eventOf(text: string, sequence: number): ChainedAuditEvent {
  try {
    return eventSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new ConsiliumError('audit-log-damaged', `Event ${sequence} is not an event any more.`, { cause });
  }
}
