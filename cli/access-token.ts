import type { Connection } from '../shared/http-api/connection-file.ts';
import { KeptLogin } from './kept-login.ts';
import { OrganisationLogin } from './organisation-login.ts';

/** Where the access token of each request comes from; it changes while a command runs for long. */
export type AccessToken = () => Promise<string>;

/** @param connectionFile beside which the tokens of a login are kept */
export function accessTokenOf(connectionFile: string, connection: Connection, signal: AbortSignal): AccessToken {
  if (connection.token !== undefined) return () => Promise.resolve(connection.token);
  const login = new OrganisationLogin(connection.openIdConnect, new KeptLogin(connectionFile), signal);
  return () => login.accessToken();
}
