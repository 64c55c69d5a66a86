import type { X509Certificate } from 'node:crypto';
import type { z } from 'zod';
import { systemClock, type Clock } from '../../shared/clock.ts';
import { parseBundle, type Bundle } from '../../shared/enrolment/bundle.ts';
import { enrolmentDomain, enrolmentStatement } from '../../shared/enrolment/enrolment-statement.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { fillFolder, requireVacant } from '../../shared/files/private-folder.ts';
import { publicKeyFromRaw, rawPublicKey, signStatement } from '../../shared/statements/signature.ts';
import { formatAddress } from '../../shared/tls/address.ts';
import { parseSettings } from '../../shared/settings/parse-settings.ts';
import type { EnrolReply } from '../../shared/wire/generated/consilium/v1/EnrolReply.ts';
import { Channel } from '../link/channel.ts';
import { describeCoordinator, requireRightClock } from '../link/coordinator-description.ts';
import { requestEnrolment } from '../link/enrolment-client.ts';
import type { Route } from '../link/route.ts';
import { readServerChain, requireTrustedChain } from '../link/server-certificate.ts';
import { networkSettingsSchema } from '../settings.ts';
import { readNetwork } from './network.ts';
import { openEarlierFolder } from './earlier-folder.ts';
import { isSiteFolder, openSiteFolder, siteFolderContents, type SiteFolder } from './site-folder.ts';
import { certificateRequest, makeSiteKeys, siteKeysPem, type SiteKeys } from './site-keys.ts';
import { issuedIdentity } from './tls-identity.ts';

const connectTimeoutMs = 15_000;

/**
 * Makes the folder a site of the federation that the bundle names. Nothing secret is sent before the coordinator's
 * certificate has been checked against the bundle's fingerprint; nothing is written before the site is enrolled.
 *
 * @param network the hospital's network, as it goes into site.json; relative paths start at the folder
 * @param memoryOf the folder of the site that the bundle replaces: what that one signed is remembered for good
 * @throws ConsiliumError `bundle-malformed`, `invalid-settings`, what `openRoute` throws, `site-already-joined`, `folder-in-use`, `coordinator-unreachable`,
 *   `fingerprint-mismatch`, `coordinator-name-mismatch`, `clock-wrong`, `cancelled`, what `openEarlierFolder` throws, and what `Enrol` in enrolment.proto says
 */
export async function joinFederation(
  folder: string,
  bundleText: string,
  { signal, clock = systemClock, network, memoryOf }: { signal: AbortSignal; clock?: Clock; network?: z.input<typeof networkSettingsSchema>; memoryOf?: string },
): Promise<SiteFolder> {
  const bundle = parseBundle(bundleText);
  const route = { address: bundle.address, ...readNetwork(folder, parseSettings(networkSettingsSchema, 'network', JSON.stringify(network ?? {}))) };
  if (isSiteFolder(folder)) throw new ConsiliumError('site-already-joined', folder);
  requireVacant(folder);
  using earlier = memoryOf === undefined ? undefined : openEarlierFolder(memoryOf, bundle.fingerprint);

  const authority = await trustedAuthority(route, bundle.fingerprint, clock, signal);
  using channel = new Channel({ ...route, authority: authority.toString() }, clock);
  const { aheadMs } = await describeCoordinator(channel, clock, { signal });
  requireRightClock(aheadMs, clock.nowMs());

  const keys = await makeSiteKeys();
  const reply = await requestEnrolment(channel, await enrolmentRequest(bundle, keys), signal);

  const pem = await siteKeysPem(keys);
  const contents = siteFolderContents({
    keys: pem,
    tlsIdentity: issuedIdentity(reply.certificateChain[0], pem.tls, authority),
    authority: authority.toString(),
    coordinatorSigningKey: coordinatorKey(reply),
    settings: {
      coordinator: formatAddress(bundle.address),
      federation: { id: reply.federationId, name: reply.federationName },
      site: reply.site,
      dataSets: {},
      ...(network && { network }),
      engine: 'auto',
    },
  });
  fillFolder(folder, { ...earlier?.memory, ...contents });
  return openSiteFolder(folder);
}

async function trustedAuthority(route: Route, fingerprint: string, clock: Clock, signal: AbortSignal): Promise<X509Certificate> {
  const chain = await readServerChain(route, { signal, timeoutMs: connectTimeoutMs });
  return requireTrustedChain(chain, { address: route.address, fingerprint, nowMs: clock.nowMs() }, 'fingerprint-mismatch');
}

async function enrolmentRequest({ token }: Bundle, keys: SiteKeys) {
  const publicKeys = {
    certificateRequest: await certificateRequest(keys.tls),
    signingKey: rawPublicKey(keys.signing),
    agreementKey: rawPublicKey(keys.agreement),
  };
  return { token, ...publicKeys, signature: signStatement(keys.signing, enrolmentDomain, enrolmentStatement(token, publicKeys)) };
}

/** PEM. @throws coordinator-certificate-refused when it is not an Ed25519 key */
function coordinatorKey({ coordinatorSigningKey }: EnrolReply): string {
  if (coordinatorSigningKey.length !== 32) throw new ConsiliumError('coordinator-certificate-refused', 'It sent no key that verifies its receipts.');
  return publicKeyFromRaw('Ed25519', coordinatorSigningKey).export({ type: 'spki', format: 'pem' }) as string;
}
