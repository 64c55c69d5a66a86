import { Metadata, status, type ServiceError, type StatusObject } from '@grpc/grpc-js';
import { z } from 'zod';
import { catalogue, type ErrorCode } from '../errors/catalogue.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';

/**
 * How a ConsiliumError crosses the wire: the catalogue's gRPC status, its code in `consilium-error`,
 * and the public detail and problems as JSON in `consilium-error-detail-bin`. The cause stays behind.
 */
const codeKey = 'consilium-error';
const detailKey = 'consilium-error-detail-bin';

/** HTTP/2 peers refuse large header blocks, so a long list of problems is cut; the last line says so. */
const problemsMaxCount = 40;

const detailSchema = z.object({
  detail: z.string(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })),
});

export function toStatus(error: ConsiliumError): StatusObject {
  const problems = error.problems.slice(0, problemsMaxCount);
  const left = error.problems.length - problems.length;
  if (left > 0) problems.push({ path: '', message: `and ${left} more` });
  const metadata = new Metadata();
  metadata.set(codeKey, error.code);
  metadata.set(detailKey, Buffer.from(JSON.stringify({ detail: error.detail, problems })));
  return { code: status[error.entry.grpc], details: error.entry.text, metadata };
}

/** The ConsiliumError that the other side threw, or nothing when the failure came from the transport or a stranger. */
export function fromStatus(failure: ServiceError): ConsiliumError | undefined {
  const code = failure.metadata?.get(codeKey)[0];
  if (typeof code !== 'string' || !Object.hasOwn(catalogue, code)) return undefined;
  const { detail, problems } = readDetail(failure.metadata.get(detailKey)[0]);
  return new ConsiliumError(code as ErrorCode, detail, { problems, cause: failure });
}

function readDetail(value: unknown): z.output<typeof detailSchema> {
  try {
    return detailSchema.parse(JSON.parse(String(value)));
  } catch {
    return { detail: '', problems: [] };
  }
}
