import { asConsiliumError, type ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { Logger } from '../../shared/logs/logger.ts';
import type { RefusedWork } from '../assignments/assignment.ts';
import { retrying } from '../assignments/back-off.ts';
import type { CoordinatorLink } from '../link/coordinator-link.ts';
import type { SiteAudit } from './site-audit.ts';

/** Where a refusal is told: at the site to people and its audit log, and then to the coordinator by its code. */
export class Refusals {
  readonly #audit: SiteAudit;
  readonly #link: Pick<CoordinatorLink, 'decline'>;

  constructor(audit: SiteAudit, link: Pick<CoordinatorLink, 'decline'>) {
    this.#audit = audit;
    this.#link = link;
  }

  /** It is on disk here before the coordinator hears of it. */
  async tell({ id, kind, subject, run }: RefusedWork, error: ConsiliumError, log: Logger, signal: AbortSignal): Promise<void> {
    const { code, message, entry } = error;
    log.error(message, { code, next: entry.next, ...(error.problems.length > 0 && { problems: problemLines(error) }) }, error.cause);
    await this.#audit.append({ action: `${kind} refused`, subject, detail: { code, message } });
    if (code === 'certificate-refused' || run === undefined) return; // without a certificate the refusal would be refused too
    const decline = () => this.#link.decline(run, id, code, signal);
    await retrying(decline, signal, () => undefined).catch((refused: unknown) => log.warn('The coordinator did not take the refusal.', { code: asConsiliumError(refused).code }));
  }
}

/** Where each problem is: paths name files, rows and columns, never a value. */
function problemLines({ problems }: ConsiliumError): string {
  return problems.map(({ path, message }) => `${path} ${message}`).join('; ');
}
