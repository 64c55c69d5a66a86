import { z } from 'zod';
import { parseSettings } from '../settings/parse-settings.ts';
import { openIdConnectLoginSchema, type OpenIdConnectLogin } from './open-id-connect-login.ts';

/** 256 bits as base64url. */
const accessTokenForm = /^[A-Za-z0-9_-]{43}$/;

/** Everything that `consilium` needs to reach a coordinator. Where it holds an access token, keep it private. */
const connectionSchema = z
  .strictObject({
    /** Where the HTTP API listens, without a path: `https://coordinator.example.org:8444`. */
    url: z.url({ protocol: /^https$/ }),
    token: z.string().regex(accessTokenForm, 'is not a token of 43 letters, digits, "-" and "_"').optional(),
    /** In place of the token: people log in with `consilium login`. */
    openIdConnect: openIdConnectLoginSchema.optional(),
    /** PEM; the server's certificate has to come from this authority. */
    certificateAuthority: z.string().startsWith('-----BEGIN CERTIFICATE-----', 'is not a certificate in PEM'),
  })
  .refine(({ token, openIdConnect }) => (token === undefined) !== (openIdConnect === undefined), 'has either a token or openIdConnect');

export type Connection = Readonly<Omit<z.output<typeof connectionSchema>, 'token' | 'openIdConnect'>> &
  ({ readonly token: string; readonly openIdConnect?: undefined } | { readonly token?: undefined; readonly openIdConnect: OpenIdConnectLogin });

/** @throws ConsiliumError `invalid-settings` */
export function parseConnection(file: string, text: string): Connection {
  return parseSettings(connectionSchema, file, text) as Connection;
}

export function formatConnection(connection: Connection): string {
  return `${JSON.stringify(connection, undefined, 2)}\n`;
}
