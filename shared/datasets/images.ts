import { createHash } from 'node:crypto';
import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve, sep } from 'node:path';

import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

import { resized, type Raster } from './resized.ts';

/** Size in which an image is asked for; one channel is grey, three are red, green, blue. */
export interface ImageShape {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
}

const maximumMegapixels = 100;

/** Brightness of red, green and blue (ITU-R BT.601). */
const luma = [0.299, 0.587, 0.114];

/** The JPEG and PNG files in a table's folder and below it. */
export class ImageFolder {
  readonly #folder: string;
  readonly #digests = new Map<string, string>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Reads one image, resized to the shape: height x width x channels, row by row, values in [0, 1].
   * Transparency and the EXIF orientation are ignored.
   *
   * @returns the pixels, or what is wrong with the cell (without its text)
   */
  async read(cell: string, shape: ImageShape): Promise<Float32Array | string> {
    if (cell === '') return 'is missing; an image column needs a file in each row';
    const found = await this.#find(cell);
    if (!found) return "does not name a file in the table's folder";
    let bytes: Buffer;
    try {
      bytes = await readFile(found.path);
    } catch (error) {
      return `names a file that cannot be read (${(error as NodeJS.ErrnoException).code})`;
    }
    const raster = decoded(bytes);
    if (!raster) return `names a file that is not a JPEG or PNG image of at most ${maximumMegapixels} megapixels`;
    this.#digests.set(found.name, createHash('sha256').update(bytes).digest('hex'));
    return resized(shape.channels === 1 ? grey(raster) : raster, shape.height, shape.width);
  }

  /** The images read so far, by name relative to the folder, sorted, each once. */
  filesRead(): { name: string; sha256: string }[] {
    return [...this.#digests].map(([name, sha256]) => ({ name, sha256 })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Paths are compared after links are followed, so that no link leads out of the folder. */
  async #find(cell: string): Promise<{ path: string; name: string } | undefined> {
    const folder = await realpath(this.#folder);
    const path = await realpath(resolve(folder, cell)).catch(() => undefined);
    if (path === undefined) return undefined;
    const name = relative(folder, path);
    if (name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name)) return undefined;
    return { path, name: name.split(sep).join('/') };
  }
}

/** Kind by the first bytes, not by the name; undefined for what cannot be decoded. */
function decoded(bytes: Buffer): Raster | undefined {
  try {
    if (bytes.readUInt32BE(0) === 0x89504e47) {
      // Width and height stand at a fixed place; look before a small file is unpacked into a huge one.
      if (bytes.readUInt32BE(16) * bytes.readUInt32BE(20) > maximumMegapixels * 1e6) return undefined;
      return rgb(PNG.sync.read(bytes));
    }
    return rgb(jpeg.decode(bytes, { useTArray: true, maxResolutionInMP: maximumMegapixels }));
  } catch {
    return undefined;
  }
}

function rgb({ width, height, data }: { width: number; height: number; data: Uint8Array }): Raster {
  const values = new Float32Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) values[pixel * 3 + channel] = data[pixel * 4 + channel] / 255;
  }
  return { width, height, channels: 3, values };
}

function grey({ width, height, values }: Raster): Raster {
  const brightness = new Float32Array(width * height);
  for (let pixel = 0; pixel < brightness.length; pixel++) {
    brightness[pixel] = luma.reduce((sum, share, channel) => sum + share * values[pixel * 3 + channel], 0);
  }
  return { width, height, channels: 1, values: brightness };
}
