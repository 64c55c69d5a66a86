import { z } from 'zod';

/** How people log in at their organisation (OpenID Connect), for the command line. Nothing here is secret. */
export const openIdConnectLoginSchema = z.strictObject({
  /** As the provider's own `.well-known/openid-configuration` names it. */
  issuer: z.url({ protocol: /^https$/ }).refine((url) => !/[?#]/.test(url), 'has no query and no fragment'),
  /** Of the command line, a public client with the device authorisation grant. */
  clientId: z.string().min(1),
  /** Without `offline_access` people log in again whenever their access token expires. */
  scope: z.string().min(1).default('openid offline_access'),
  /** The resource indicator (RFC 8707) by which some providers choose the token's audience. */
  resource: z.url().optional(),
  /** PEM; with it the provider's certificate has to come from this authority and no other. */
  certificateAuthority: z.string().startsWith('-----BEGIN CERTIFICATE-----', 'is not a certificate in PEM').optional(),
});

export type OpenIdConnectLogin = Readonly<z.output<typeof openIdConnectLoginSchema>>;
