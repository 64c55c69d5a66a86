import { site } from '../../site-agent/site-agent.ts';
export const copy = site;
