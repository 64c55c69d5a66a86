import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { readIfThere, writeDurableFile } from '../shared/files/durable-file.ts';
import { lockFolder } from '../shared/files/folder-lock.ts';

const keptSchema = z.strictObject({
  /** Tokens go only where they came from. */
  issuer: z.string(),
  clientId: z.string(),
  accessToken: z.string(),
  expiresAt: z.iso.datetime(),
  refreshToken: z.string().optional(),
});

export type KeptTokens = Readonly<z.output<typeof keptSchema>>;

const fileName = 'tokens.json';
/** Another command that renews needs two replies of the issuer. */
const lockWaitMs = 30_000;

/** What a login left behind: a private folder beside the connection file, `operator.json.login`. */
export class KeptLogin {
  readonly #folder: string;

  constructor(connectionFile: string) {
    this.#folder = `${connectionFile}.login`;
  }

  /** Nothing before the first login, and where the file is damaged. */
  async read(): Promise<KeptTokens | undefined> {
    const text = await readIfThere(join(this.#folder, fileName));
    return text && keptSchema.safeParse(parsed(text)).data;
  }

  write(tokens: KeptTokens): Promise<void> {
    return writeDurableFile(join(this.#folder, fileName), `${JSON.stringify(tokens)}\n`);
  }

  /**
   * One command at a time renews: an issuer takes the same refresh token twice for a theft, and logs the person out.
   * @throws ConsiliumError `folder-locked`
   */
  lock(): Disposable {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    return lockFolder(this.#folder, lockWaitMs);
  }
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString('utf8'));
  } catch {
    return undefined;
  }
}
