import { coordinator } from '../../coordinator/coordinator.ts';
import { site } from '../../site-agent/site-agent.ts';
export const parts: [unknown, SecretKey | undefined] = [[coordinator, site], undefined];
