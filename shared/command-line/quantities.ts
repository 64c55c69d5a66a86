/** `1.5 MiB`, below that `17.2 KiB`: bytes for a screen; JSON carries the integer. */
export function size(bytes: number): string {
  const kibibytes = bytes / 2 ** 10;
  return kibibytes < 1023.95 ? `${kibibytes.toFixed(1)} KiB` : `${(kibibytes / 2 ** 10).toFixed(1)} MiB`;
}

/** `0.8 s`, `42 s`, `3 min 05 s`, `2 h 10 min`: a time for a screen; JSON and metrics carry seconds. */
export function duration(durationMs: number): string {
  const seconds = durationMs / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${twoDigits(minutes % 60)} min`;
}

/** `2026-03-01T09:30:00Z`: a moment for a screen, to the second, in UTC. */
export function moment(epochMs: number): string {
  return new Date(epochMs).toISOString().replace(/\.\d+Z$/, 'Z');
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
