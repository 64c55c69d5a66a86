import { ConsiliumError } from '../errors/consilium-error.ts';
import { siteActivities, type SiteActivity } from '../studies/site-activity.ts';

/** The wire's names for what a site is at. */
export function wireActivity(activity: SiteActivity): `ACTIVITY_${Uppercase<SiteActivity>}` {
  return `ACTIVITY_${activity.toUpperCase() as Uppercase<SiteActivity>}`;
}

/** @throws invalid-request */
export function activityFromWire(name: string): SiteActivity {
  const activity = siteActivities.find((candidate) => wireActivity(candidate) === name);
  if (!activity) throw new ConsiliumError('invalid-request', 'It names nothing that a site can be at.');
  return activity;
}
