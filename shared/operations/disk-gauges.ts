import { Gauge, type Registry } from 'prom-client';
import type { DiskState } from '../storage/disk-room.ts';

/** The same gauges at both ends, looked up when Prometheus asks. */
export function diskGauges(registry: Registry, disk: () => DiskState): void {
  const gauge = (name: string, help: string, valueOf: (state: DiskState) => number) =>
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        this.set(valueOf(disk()));
      },
    });
  gauge('consilium_disk_full', '1 while work waits because the disk has too little room.', ({ full }) => Number(full));
  gauge('consilium_disk_free_bytes', 'Free bytes of the disk on which this program keeps its state.', ({ freeBytes }) => freeBytes);
  gauge('consilium_disk_minimum_free_bytes', 'Below that, large things are refused.', ({ minimumFreeBytes }) => minimumFreeBytes);
}
