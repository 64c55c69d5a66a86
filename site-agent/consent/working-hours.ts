import { z } from 'zod';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'is not a time of day HH:MM');

/** A part of the day on the clocks of a place; `to` is not part of it, and before `from` it means the next day. */
export const workingHoursSchema = z
  .strictObject({
    from: time,
    to: time,
    /** IANA name, such as Europe/Zurich. */
    timeZone: z.string().refine(isTimeZone, 'is not a time zone such as Europe/Zurich'),
  })
  .refine(({ from, to }) => from !== to, { message: 'is the same as from; leave hours out to allow the whole day', path: ['to'] });

export type WorkingHours = Readonly<z.output<typeof workingHoursSchema>>;

/** Whether the clocks of the place show a time within the hours; summer time and its changes are the place's own. */
export function areWorkingHours({ from, to, timeZone }: WorkingHours, epochMs: number): boolean {
  const now = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(epochMs);
  return from < to ? from <= now && now < to : from <= now || now < to;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-GB', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
