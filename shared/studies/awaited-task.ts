/** What a run can wait for a site to do, as the end of a sentence that begins with the site. */
export const awaitedTasks = {
  'epoch-key': 'to offer its key for the epoch',
  'group-key': 'to make the group key',
  'sealed-group-key': 'to open the group key',
  contribution: 'to contribute',
  'co-signature': 'to sign what makes up the sum',
  decryption: 'to open the sum',
  'epoch-closing': 'to sign how the epoch ends',
  approval: 'to approve the new roster',
  roster: 'to be left out of a new roster: it was revoked, or enrolled anew',
} as const;

export type AwaitedTask = keyof typeof awaitedTasks;
