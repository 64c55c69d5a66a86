import { roleNames, type Role } from '../../shared/access/role.ts';

/** Who asks for something. The name goes into the audit log with everything that the caller does. */
export interface Caller {
  readonly name: string;
  readonly roles: readonly Role[];
}

/** Whoever can run commands in the coordinator's folder. The blank in the name keeps it apart from every grant's. */
export const localOperator: Caller = { name: 'local operator', roles: roleNames };
