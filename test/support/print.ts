import { spawnSync } from 'node:child_process';
import type { Page } from 'playwright-core';

export interface PrintedPage {
  readonly widthPoints: number;
  readonly heightPoints: number;
  /** In the order in which it stands in the document. */
  readonly text: string;
}

/** Prints a page of the browser on the paper that it asks for, and reads the PDF. */
export async function print(page: Page, pdftotext: string): Promise<PrintedPage[]> {
  const pdf = await page.pdf({ preferCSSPageSize: true, printBackground: true });
  const { stdout, status, stderr } = spawnSync(pdftotext, ['-raw', '-', '-'], { input: pdf, encoding: 'utf8', maxBuffer: 2 ** 26 });
  if (status !== 0) throw new Error(`The PDF cannot be read: ${stderr}`);
  const texts = stdout.split('\f').slice(0, -1);
  const boxes = [...pdf.toString('latin1').matchAll(/\/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]/g)].map(([, width, height]) => ({ widthPoints: Number(width), heightPoints: Number(height) }));
  if (boxes.length !== texts.length) throw new Error(`The PDF has ${boxes.length} pages, and text of ${texts.length}.`);
  return boxes.map((box, index) => ({ ...box, text: texts[index] as string }));
}
