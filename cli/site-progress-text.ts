import { size } from '../shared/command-line/quantities.ts';
import type { SiteProgressResource } from '../shared/http-api/site-progress-resource.ts';
import { catalogue } from '../shared/errors/catalogue.ts';

/** `south is training, step 30 of 100`, `va is uploading, 12.0 MiB of 95.9 MiB`: what a site is at. */
export function siteProgressText({ site, activity, step, steps, percent, upload, code }: Omit<SiteProgressResource, 'at'>): string {
  const details = [
    step === null || steps === null ? '' : `step ${step} of ${steps}`,
    percent === null ? '' : `${percent} %`,
    upload ? `${size(upload.bytes)} of ${size(upload.totalBytes)}` : '',
    code !== null && Object.hasOwn(catalogue, code) ? catalogue[code as keyof typeof catalogue].text.replace(/\.$/, '') : '',
  ];
  return [`${site} is ${activity}`, ...details.filter(Boolean)].join(', ');
}
