import { z } from 'zod';
import { catalogue, type ErrorCode } from '../errors/catalogue.ts';
import { ConsiliumError } from '../errors/consilium-error.ts';

/** The body of every reply that is not a success; the status is the catalogue's. */
export const apiErrorSchema = z
  .object({
    code: z.string(),
    message: z.string(),
    next: z.string().describe('What the reader can do.'),
    problems: z.array(z.object({ path: z.string(), message: z.string() })),
  })
  .meta({ id: 'Error', description: 'Why a request failed.' });

/** The error behind a reply's body, or nothing when the body is not one that Consilium sends. */
export function errorFromReply(body: unknown): ConsiliumError | undefined {
  const parsed = apiErrorSchema.safeParse(body);
  if (!parsed.success || !Object.hasOwn(catalogue, parsed.data.code)) return undefined;
  const code = parsed.data.code as ErrorCode;
  const detail = parsed.data.message.replace(catalogue[code].text, '').trim();
  return new ConsiliumError(code, detail, { problems: parsed.data.problems });
}
