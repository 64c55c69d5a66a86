import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import wabt from 'wabt';

const sources = resolve(import.meta.dirname, '../../site-agent/encryption');
const { parseWat } = await wabt();

/** Each `.wat` file of site-agent/encryption/ as a TypeScript file that holds its binary: nothing has to be found or read when it runs. */
export function generateWebAssemblyKernels(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const source of globSync('*.wat', { cwd: sources })) {
    const { buffer } = parseWat(source, readFileSync(join(sources, source), 'utf8')).toBinary({});
    const lines = Buffer.from(buffer).toString('base64').match(/.{1,128}/g) ?? [];
    const text = lines.map((line) => `  '${line}'`).join(' +\n');
    writeFileSync(join(folder, `${basename(source, '.wat')}.ts`), `/** Made from ../${source} by npm run generate: WebAssembly in base64. */\nexport const binary =\n${text};\n`);
  }
}
