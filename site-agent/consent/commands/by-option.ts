import { userInfo } from 'node:os';
import { Option } from 'commander';

/** Who decides: named by the person, or else by the operating system. */
export function byOption(): Option {
  return new Option('--by <name>', 'who decides; the name stays at this site').default(userInfo().username);
}
