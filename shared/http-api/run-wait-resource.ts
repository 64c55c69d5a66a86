import { z } from 'zod';
import { awaitedTasks, type AwaitedTask } from '../studies/awaited-task.ts';

export const runWaitResource = z
  .object({
    since: z.iso.datetime().describe('When something of the run moved last.'),
    until: z.iso.datetime().nullable().describe('When the waiting ends by itself; null when only the sites, or a person, can end it.'),
    stuck: z.boolean().describe('Whether it waits for longer than is usual under its plan, fails again and again, or the disk of the coordinator is full.'),
    diskFull: z.boolean().describe('Whether the coordinator takes no contributions until there is room on its disk.'),
    sites: z.array(
      z.object({
        site: z.string(),
        task: z.enum(Object.keys(awaitedTasks) as [AwaitedTask, ...AwaitedTask[]]).describe('What the site has to do.'),
        since: z.iso.datetime(),
        connected: z.boolean().describe('Whether its agent is connected now.'),
      }),
    ),
    mishap: z
      .object({ code: z.string(), text: z.string(), times: z.int(), since: z.iso.datetime(), nextAt: z.iso.datetime() })
      .nullable()
      .describe('What the coordinator failed at and tries again.'),
  })
  .meta({ id: 'RunWait', description: 'What keeps a run from going on.' });

export type RunWaitResource = z.output<typeof runWaitResource>;
