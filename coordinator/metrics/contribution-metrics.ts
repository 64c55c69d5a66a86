import { Counter, type Registry } from 'prom-client';
import type { RunEvent } from '../runs/run-events.ts';
import type { TransferMeter } from '../transfers/transfers.ts';

export function contributionMetrics(registry: Registry) {
  const registers = [registry];
  const contributions = new Counter({ name: 'consilium_contributions_total', help: 'Contributions accepted, one for each part.', labelNames: ['site', 'part'], registers });
  const damaged = new Counter({ name: 'consilium_damaged_contributions_total', help: 'Contributions whose bytes on disk are not those that were accepted.', labelNames: ['site', 'part'], registers });
  const bytes = new Counter({ name: 'consilium_transferred_bytes_total', help: 'Payload bytes from sites (up) and to sites (down).', labelNames: ['site', 'direction'], registers });
  const meter: TransferMeter = (direction, site, count) => bytes.inc({ site, direction }, count);
  return {
    meter,
    observe({ event, site, part, bytes: size }: RunEvent): void {
      if (event === 'contribution-damaged') damaged.inc({ site: String(site), part: String(part) });
      if (event !== 'contribution-accepted') return;
      contributions.inc({ site: String(site), part: String(part) });
      meter('up', String(site), Number(size));
    },
  };
}
