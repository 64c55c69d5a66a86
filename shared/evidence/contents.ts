import { readdir, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { z } from 'zod';
import type { Problem } from '../errors/consilium-error.ts';
import { fileDigest } from '../files/file-hash.ts';
import { sha256Digest } from './record-fields.ts';

export const contentsFile = 'contents.json';

const contentsSchema = z.strictObject({
  consilium: z.literal('evidence/v1'),
  run: z.string(),
  writtenAt: z.iso.datetime(),
  files: z.array(z.strictObject({ path: z.string(), bytes: z.int().min(0), sha256: sha256Digest })),
});

/** contents.json: every other file of the folder with its SHA-256, by path. */
export type Contents = z.output<typeof contentsSchema>;

/** What a folder holds now. */
export async function contentsOf(folder: string, run: string, writtenAt: string): Promise<Contents> {
  const files = [];
  for (const path of await filesOf(folder)) files.push({ path, bytes: (await stat(join(folder, path))).size, sha256: await fileDigest(join(folder, path)) });
  return { consilium: 'evidence/v1', run, writtenAt, files };
}

/** How a folder differs from what its contents.json says: changed, missing and added files. */
export async function contentsProblems(folder: string): Promise<Problem[]> {
  const listed = await readContents(folder);
  if (!listed) return [{ path: contentsFile, message: 'is missing, or does not have its form' }];
  const present = new Set(await filesOf(folder));
  const problems: Problem[] = [];
  for (const { path, sha256 } of listed.files) {
    if (!present.delete(path)) problems.push({ path, message: 'is missing' });
    else if ((await fileDigest(join(folder, path))) !== sha256) problems.push({ path, message: 'was changed' });
  }
  return [...problems, ...[...present].map((path) => ({ path, message: 'was added' }))];
}

/** Nothing when the file is missing or has another form. */
export async function readContents(folder: string): Promise<Contents | undefined> {
  try {
    return contentsSchema.parse(JSON.parse(await readFile(join(folder, contentsFile), 'utf8')));
  } catch {
    return undefined;
  }
}

/** All files but contents.json, sorted, with `/` in their paths. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name).slice(join(folder, sep).length));
  return paths.map((path) => path.replaceAll(sep, '/')).filter((path) => path !== contentsFile).sort();
}
