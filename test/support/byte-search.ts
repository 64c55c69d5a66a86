import { createReadStream } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Byte strings to look for, by a name that says what they are. */
export type Needles = Readonly<Record<string, Buffer>>;

const windowBytes = 8 * 1024 * 1024;

/** Where needles are in the memory of a process: names of needles, each followed by the address range. Linux only. */
export async function searchMemory(pid: number, needles: Needles): Promise<string[]> {
  const found: string[] = [];
  await using memory = await open(`/proc/${pid}/mem`, 'r');
  const overlap = longest(needles);
  const window = Buffer.alloc(windowBytes + overlap);
  for (const line of (await readFile(`/proc/${pid}/maps`, 'utf8')).split('\n')) {
    const [, from = '', to = '', rest = ''] = /^([0-9a-f]+)-([0-9a-f]+) (r.*)$/.exec(line) ?? [];
    if (rest === '' || /\[(vvar|vsyscall|vvar_vclock)\]/.test(rest)) continue;
    const [start, end] = [Number(`0x${from}`), Number(`0x${to}`)];
    for (let at = start; at < end; at += windowBytes) {
      // Pages of a mapping that lie past the end of its file, or that were given back meanwhile, cannot be read.
      const read = await memory.read(window, 0, Math.min(window.length, end - at), at).catch(() => ({ bytesRead: 0 }));
      for (const name of namesIn(window.subarray(0, read.bytesRead), needles)) found.push(`${name} ${from}-${to}`);
    }
  }
  return found;
}

/** Where needles are in the files below a folder: names of needles, each followed by the file. */
export async function searchFiles(folder: string, needles: Needles): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    for (const name of await namesInFile(path, needles)) found.push(`${name} ${path}`);
  }
  return found;
}

async function namesInFile(path: string, needles: Needles): Promise<Set<string>> {
  const found = new Set<string>();
  let rest = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: windowBytes }) as AsyncIterable<Buffer>) {
    const bytes = Buffer.concat([rest, chunk]);
    for (const name of namesIn(bytes, needles)) found.add(name);
    rest = bytes.subarray(Math.max(0, bytes.length - longest(needles)));
  }
  return found;
}

function namesIn(bytes: Buffer, needles: Needles): string[] {
  return Object.keys(needles).filter((name) => bytes.includes(needles[name] as Buffer));
}

function longest(needles: Needles): number {
  return Math.max(...Object.values(needles).map(({ length }) => length));
}
