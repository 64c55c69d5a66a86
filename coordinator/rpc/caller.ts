import { certificateFingerprint } from '../../shared/tls/fingerprint.ts';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import type { SiteCertificates } from '../sites/site-certificates.ts';
import type { Site } from '../sites/site.ts';
import type { CallsUnderWay, CallUnderWay } from './calls-under-way.ts';

/** The part of a gRPC call that says who calls. */
export interface IncomingCall {
  getAuthContext(): { sslPeerCertificate?: { raw: Buffer } };
}

/** A caller who was let in, for as long as its call lasts. */
export interface Admission<Caller> extends CallUnderWay {
  readonly caller: Caller;
}

/** Reads from a call who makes it and lets it in, or refuses it. */
export type Admit<Caller> = (call: IncomingCall) => Promise<Admission<Caller>>;

type Holder = Pick<SiteCertificates, 'holder'>;

/**
 * Lets in the enrolled site whose certificate the caller holds the key of. gRPC shows a certificate only when
 * it verified against this federation's authority; that alone makes nobody a member.
 */
export function admitSite(certificates: Holder, calls: Pick<CallsUnderWay, 'begin'>): Admit<Site> {
  return async (call) => {
    const fingerprint = shownBy(call);
    const caller = await certificates.holder(fingerprint);
    const underWay = calls.begin(caller);
    try {
      await certificates.holder(fingerprint); // again, now that a revocation reaches the call: it may have come in between
      return { caller, ...underWay };
    } catch (error) {
      underWay[Symbol.dispose]();
      throw error;
    }
  };
}

/** For the calls that a site may make before it has a certificate: lets everybody in, as the site where there is one. */
export function admitAnyone(certificates: Holder): Admit<Site | undefined> {
  return async (call) => ({ caller: await siteIfAny(call, certificates), signal: new AbortController().signal, [Symbol.dispose]: () => undefined });
}

async function siteIfAny(call: IncomingCall, certificates: Holder): Promise<Site | undefined> {
  try {
    return await certificates.holder(shownBy(call));
  } catch (error) {
    if (error instanceof ConsiliumError && error.code === 'certificate-refused') return undefined;
    throw error;
  }
}

/** The fingerprint of the certificate that the caller shows. @throws certificate-refused */
function shownBy(call: IncomingCall): string {
  const certificate = call.getAuthContext().sslPeerCertificate;
  if (!certificate) throw new ConsiliumError('certificate-refused', 'The caller shows no certificate of this federation that is valid now.');
  return certificateFingerprint(certificate.raw);
}
