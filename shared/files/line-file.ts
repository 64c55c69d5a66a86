import { createReadStream } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { sha256Hex } from '../statements/digest.ts';
import { flushFolder, writeDurableFile } from './durable-file.ts';

/** A line of a file, without its newline. Only the last one can be torn: the file ends before its newline. */
export interface FileLine {
  readonly text: string;
  /** In bytes, from the beginning of the file. */
  readonly startsAt: number;
  readonly torn: boolean;
}

const newline = 0x0a;

/** The lines of a file; none when it is not there. */
export async function* readLines(path: string): AsyncGenerator<FileLine, void> {
  let startsAt = 0;
  let rest = Buffer.alloc(0);
  try {
    for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
      rest = Buffer.concat([rest, chunk]);
      for (let end = rest.indexOf(newline); end >= 0; end = rest.indexOf(newline)) {
        yield { text: rest.toString('utf8', 0, end), startsAt, torn: false };
        startsAt += end + 1;
        rest = rest.subarray(end + 1);
      }
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest.length > 0) yield { text: rest.toString('utf8'), startsAt, torn: true };
}

/** A private file (0600) that only grows, by one flushed line at a time. It has one writer, who awaits each line. */
export class LineFile implements AsyncDisposable {
  readonly #file: FileHandle;
  #bytes: number;
  /** Whether a failed write may have left something past the last whole line. */
  #unsure = false;

  private constructor(file: FileHandle, bytes: number) {
    this.#file = file;
    this.#bytes = bytes;
  }

  /**
   * Opens the file, or makes it. What a killed process left of a line is moved to a file beside it.
   * @param onTorn told where to, before the torn line is taken off
   */
  static async open(path: string, onTorn: (aside: string) => void): Promise<LineFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    let torn: FileLine | undefined;
    for await (const line of readLines(path)) if (line.torn) torn = line;
    const file = await open(path, 'a+', 0o600).then((made) => made.close()).then(() => open(path, 'r+'));
    if (torn) {
      const aside = `${path}.torn-${torn.startsAt}-${sha256Hex(torn.text).slice(0, 8)}`;
      await writeDurableFile(aside, torn.text);
      onTorn(aside);
      await file.truncate(torn.startsAt);
    }
    await file.sync();
    await flushFolder(dirname(path));
    return new LineFile(file, (await file.stat()).size);
  }

  /** When it returns, the line is on disk; when it throws, no reader will find it. */
  async append(line: string): Promise<void> {
    const bytes = Buffer.from(`${line}\n`);
    if (this.#unsure) await this.#file.truncate(this.#bytes);
    this.#unsure = true;
    for (let written = 0; written < bytes.length; ) {
      written += (await this.#file.write(bytes, written, bytes.length - written, this.#bytes + written)).bytesWritten;
    }
    await this.#file.datasync();
    this.#bytes += bytes.length;
    this.#unsure = false;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#file.close();
  }
}
