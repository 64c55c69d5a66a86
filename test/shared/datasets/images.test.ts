import { createHash } from 'node:crypto';
import { mkdir, mkdtempDisposable, readFile, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';

import { expect } from 'chai';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

import { ImageFolder } from '../../../shared/datasets/images.ts';
import { resized } from '../../../shared/datasets/resized.ts';

type Colour = readonly [red: number, green: number, blue: number];

function pixels(width: number, height: number, colourAt: (x: number, y: number) => Colour): Buffer {
  return Buffer.from(Array.from({ length: width * height }, (_, index) => [...colourAt(index % width, Math.floor(index / width)), 255]).flat());
}

function png(width: number, height: number, colourAt: (x: number, y: number) => Colour): Buffer {
  const image = new PNG({ width, height });
  pixels(width, height, colourAt).copy(image.data);
  return PNG.sync.write(image);
}

/** One bit a pixel, so that the file is small however large the image. */
function blackPng(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
    const body = Buffer.concat([Buffer.from(type), data]);
    length.writeUInt32BE(data.length);
    check.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, check]);
  };
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const rows = deflateSync(Buffer.alloc((Math.ceil(width / 8) + 1) * height));
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header), chunk('IDAT', rows), chunk('IEND', Buffer.alloc(0))]);
}

async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  await using parent = await mkdtempDisposable(join(tmpdir(), 'consilium-images-'));
  await mkdir(join(parent.path, 'table', 'cells'), { recursive: true });
  await writeFile(join(parent.path, 'outside.png'), png(2, 2, () => [0, 0, 0]));
  await test(join(parent.path, 'table'));
}

describe('an image column', () => {
  it('reads a PNG in colour and in grey, values from 0 to 1', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'cells', 'a.png'), png(2, 1, (x) => (x ? [255, 0, 51] : [255, 255, 255])));
      const images = new ImageFolder(folder);
      const colour = await images.read('cells/a.png', { height: 1, width: 2, channels: 3 });
      const grey = await images.read('cells/a.png', { height: 1, width: 2, channels: 1 });
      expect([...colour].map(Number)).to.deep.equal([...Float32Array.from([1, 1, 1, 1, 0, 0.2])]);
      expect(Number(grey[0])).to.be.closeTo(1, 1e-6);
      expect(Number(grey[1])).to.be.closeTo(0.299 + 0.114 * 0.2, 1e-6);
    }));

  it('reads a JPEG, whatever its name ends with', () =>
    withFolder(async (folder) => {
      await writeFile(join(folder, 'cell.img'), jpeg.encode({ width: 16, height: 16, data: pixels(16, 16, () => [200, 100, 50]) }, 95).data);
      const values = (await new ImageFolder(folder).read('cell.img', { height: 2, width: 2, channels: 3 })) as Float32Array;
      expect(values).to.have.length(12);
      [200, 100, 50].forEach((level, channel) => expect(values[channel]).to.be.closeTo(level / 255, 0.02));
    }));

  it('lists each file read once, with its digest', () =>
    withFolder(async (folder) => {
      const path = join(folder, 'cells', 'a.png');
      await writeFile(path, png(2, 2, () => [9, 9, 9]));
      const images = new ImageFolder(folder);
      const shape = { height: 1, width: 1, channels: 1 } as const;
      await images.read('cells/a.png', shape);
      await images.read('./cells/a.png', shape);
      expect(images.filesRead()).to.deep.equal([{ name: 'cells/a.png', sha256: createHash('sha256').update(await readFile(path)).digest('hex') }]);
    }));

  const elsewhere = ['../outside.png', 'cells/../../outside.png', 'link.png', '..', 'no-such.png'];
  for (const cell of elsewhere) {
    it(`is refused when the cell is ${cell}`, () =>
      withFolder(async (folder) => {
        await symlink('../outside.png', join(folder, 'link.png'));
        expect(await new ImageFolder(folder).read(cell, { height: 1, width: 1, channels: 1 })).to.equal("does not name a file in the table's folder");
      }));
  }

  it('is refused when the cell is an absolute path outside the folder', () =>
    withFolder(async (folder) => {
      expect(await new ImageFolder(folder).read(join(folder, '..', 'outside.png'), { height: 1, width: 1, channels: 1 })).to.be.a('string');
    }));

  it('is refused when the file is damaged or something else', () =>
    withFolder(async (folder) => {
      const whole = png(8, 8, (x) => [x * 30, 0, 0]);
      const files = { 'cut.png': whole.subarray(0, whole.length - 20), 'text.png': Buffer.from('not an image'), 'empty.png': Buffer.alloc(0) };
      for (const [name, bytes] of Object.entries(files)) {
        await writeFile(join(folder, name), bytes);
        expect(await new ImageFolder(folder).read(name, { height: 4, width: 4, channels: 3 }), name).to.contain('not a JPEG or PNG');
      }
      expect(await new ImageFolder(folder).read('cells', { height: 4, width: 4, channels: 3 })).to.contain('EISDIR');
    }));

  it('is refused when a small file unpacks into a huge image', () =>
    withFolder(async (folder) => {
      const bytes = blackPng(10_001, 10_000);
      expect(bytes.length).to.be.below(50_000);
      await writeFile(join(folder, 'huge.png'), bytes);
      expect(await new ImageFolder(folder).read('huge.png', { height: 1, width: 1, channels: 1 })).to.contain('100 megapixels');
      await writeFile(join(folder, 'small.png'), blackPng(9, 9));
      expect([...(await new ImageFolder(folder).read('small.png', { height: 1, width: 1, channels: 1 }))]).to.deep.equal([0]);
    }));
});

describe('resizing', () => {
  const ramp = { width: 4, height: 1, channels: 1, values: Float32Array.from([0, 1, 2, 3]) };

  it('to the same size changes nothing', () => {
    expect([...resized(ramp, 1, 4)]).to.deep.equal([0, 1, 2, 3]);
  });

  it('to twice the size lies between the pixels and stops at the border', () => {
    expect([...resized(ramp, 1, 8)]).to.deep.equal([0, 0.25, 0.75, 1.25, 1.75, 2.25, 2.75, 3]);
  });

  it('to half the size weighs every source pixel by a triangle', () => {
    const [left, right] = resized(ramp, 1, 2);
    expect(left).to.be.closeTo((0.75 * 0 + 0.75 * 1 + 0.25 * 2) / 1.75, 1e-6);
    expect(right).to.be.closeTo((0.25 * 1 + 0.75 * 2 + 0.75 * 3) / 1.75, 1e-6);
  });

  it('keeps an even colour even in all channels', () => {
    const even = { width: 7, height: 5, channels: 3, values: Float32Array.from({ length: 105 }, (_, index) => [0.25, 0.5, 1][index % 3]) };
    resized(even, 3, 11).forEach((value, index) => expect(value).to.be.closeTo([0.25, 0.5, 1][index % 3], 1e-6));
  });
});
