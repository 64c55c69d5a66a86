import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ConsiliumError } from '../../shared/errors/consilium-error.ts';
import { fileDigest } from '../../shared/files/file-hash.ts';

/** A reply to a GET, or to one for a range of bytes (`bytes=0-99`). @throws artifact-unreachable */
export async function get(url: string, signal: AbortSignal, range?: string): Promise<Response> {
  let reply: Response;
  try {
    reply = await fetch(url, { signal, ...(range !== undefined && { headers: { range } }) });
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw new ConsiliumError('artifact-unreachable', `${url}: no reply.`, { cause });
  }
  const expected = range === undefined ? 200 : 206;
  if (reply.status === expected) return reply;
  throw new ConsiliumError('artifact-unreachable', `${url} replies with ${reply.status}${range !== undefined && reply.status === 200 ? ', and not with the part that was asked for' : ''}.`);
}

/** The file with this digest, from disk or else from the address. @throws artifact-unreachable, artifact-altered */
export async function downloaded(options: {
  url: string;
  file: string;
  sha256: string;
  bytes: number;
  signal: AbortSignal;
  onProgress: (bytes: number) => void;
}): Promise<void> {
  const { url, file, sha256, signal } = options;
  if ((await stat(file).catch(() => undefined))?.size === options.bytes && (await fileDigest(file)) === sha256) return;
  await mkdir(dirname(file), { recursive: true });
  const beside = `${file}.${process.pid}.incomplete`;
  try {
    const reply = await get(url, signal);
    await using handle = await open(beside, 'w');
    let bytes = 0;
    for await (const chunk of reply.body as AsyncIterable<Uint8Array>) {
      await handle.writeFile(chunk);
      options.onProgress((bytes += chunk.length));
      if (bytes > options.bytes) break;
    }
    if ((await fileDigest(beside)) !== sha256) throw new ConsiliumError('artifact-altered', `It is ${url}.`);
    await rename(beside, file);
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    if (cause instanceof ConsiliumError || (cause as NodeJS.ErrnoException).syscall !== undefined) throw cause;
    throw new ConsiliumError('artifact-unreachable', `${url} broke off.`, { cause });
  } finally {
    await rm(beside, { force: true });
  }
}
