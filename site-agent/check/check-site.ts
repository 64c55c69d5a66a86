import { systemClock, type Clock } from '../../shared/clock.ts';
import { readSiteFolder, type SiteFolder } from '../identity/site-folder.ts';
import { checkValidity } from './certificate-check.ts';
import { checkConnection, connectionSteps } from './connection-check.ts';
import { checkDataSets } from './data-set-check.ts';
import { checkEngines, type DescribeEngine } from './engine-check.ts';
import { failed, notExamined, ok, type Finding } from './finding.ts';
import { checkFolder } from './folder-check.ts';
import { checkDisk, checkMemory } from './machine-check.ts';
import { checkStudyPlan } from './plan-check.ts';
import { checkProxy } from './proxy-check.ts';

/**
 * Examines everything that a site needs, in the order in which a person would look, and names what is wrong.
 * A wrong step never hides a later one that can still be examined.
 *
 * @param plans files of study plans; the data set of each is read, and checked against its data contract
 * @param measure how long a call to the coordinator takes
 */
export async function checkSite(
  folder: string,
  { signal, plans = [], measure = false, clock = systemClock, environment = process.env, describeEngine }: {
    signal: AbortSignal;
    plans?: readonly string[];
    measure?: boolean;
    clock?: Clock;
    environment?: NodeJS.ProcessEnv;
    describeEngine: DescribeEngine;
  },
): Promise<Finding[]> {
  const site = open(folder);
  const settings = 'opened' in site ? ok('settings', `This is the site ${site.opened.settings.site} of ${site.opened.settings.federation.name}.`) : site.finding;
  return [
    checkFolder(folder),
    settings,
    'opened' in site ? checkProxy(site.opened.identity.proxy, environment) : notExamined('proxy', 'settings'),
    ...('opened' in site ? await checkConnection(site.opened, clock, signal, measure) : connectionSteps({}).map((step) => notExamined(step, 'settings'))),
    'opened' in site ? checkValidity(site.opened.identity, clock) : notExamined('validity', 'settings'),
    ...('opened' in site ? await checkDataSets(folder, site.opened.settings.dataSets) : [notExamined('data sets', 'settings')]),
    ...(await checkStudyPlans(folder, 'opened' in site ? site.opened.settings : undefined, plans)),
    checkMemory(),
    await checkEngines('opened' in site ? site.opened.settings.engine : 'auto', describeEngine),
    await checkDisk(folder, 'opened' in site ? site.opened.settings.minimumFreeMiB * 2 ** 20 : 0),
  ];
}

/** One after the other, so that one data set is in memory at a time. */
async function checkStudyPlans(folder: string, settings: SiteFolder['settings'] | undefined, plans: readonly string[]): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const plan of plans) findings.push(...(await checkStudyPlan(folder, settings, plan)));
  return findings;
}

function open(folder: string): { opened: SiteFolder } | { finding: Finding } {
  try {
    return { opened: readSiteFolder(folder) };
  } catch (error) {
    return { finding: failed('settings', error) };
  }
}
