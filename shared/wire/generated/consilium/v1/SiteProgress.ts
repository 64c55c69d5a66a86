// Original file: proto/consilium/v1/site_link.proto

import type { ActivityInput as _consilium_v1_ActivityInput, Activity as _consilium_v1_Activity } from '../../consilium/v1/Activity.ts';

export interface SiteProgressInput {
  'run'?: (string);
  'round'?: (string);
  'activity'?: (_consilium_v1_ActivityInput);
  'step'?: (number);
  'steps'?: (number);
  'percent'?: (number);
  'code'?: (string);
}

export interface SiteProgress {
  'run': (string);
  'round': (string);
  'activity': (_consilium_v1_Activity);
  'step': (number);
  'steps': (number);
  'percent': (number);
  'code': (string);
}
