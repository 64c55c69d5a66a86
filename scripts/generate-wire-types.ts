/**
 * Generates shared/wire/generated/ from proto/. With --check, fails when what is there is not current.
 */
import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { loadOptions } from '../shared/wire/load-options.ts';

const root = resolve(import.meta.dirname, '..');
const protoFolder = join(root, 'proto');
const generatedFolder = join(root, 'shared/wire/generated');

if (process.argv.includes('--check')) check();
else generate(generatedFolder);

function generate(folder: string): void {
  rmSync(folder, { recursive: true, force: true });
  const generator = join(createRequire(import.meta.url).resolve('@grpc/proto-loader/package.json'), '../build/bin/proto-loader-gen-types.js');
  const protos = globSync('**/*.proto', { cwd: protoFolder }).sort();
  execFileSync(process.execPath, [
    generator,
    `--keepCase=${loadOptions.keepCase}`,
    `--longs=${loadOptions.longs.name}`,
    `--enums=${loadOptions.enums.name}`,
    `--defaults=${loadOptions.defaults}`,
    `--oneofs=${loadOptions.oneofs}`,
    '--grpcLib=@grpc/grpc-js',
    '--inputTemplate=%sInput',
    '--outputTemplate=%s',
    '--targetFileExtension=.ts',
    '--importFileExtension=.ts',
    '--includeDirs=proto', // relative, because the generated files name their source
    `--outDir=${folder}`,
    ...protos,
  ], { cwd: root });
  for (const index of globSync('*.ts', { cwd: folder })) rmSync(join(folder, index)); // only of use to grpc.loadPackageDefinition
}

function check(): void {
  const folder = mkdtempSync(join(tmpdir(), 'consilium-wire-types-'));
  try {
    generate(folder);
    const different = [...new Set([...filesIn(folder), ...filesIn(generatedFolder)])].filter(
      (file) => read(join(folder, file)) !== read(join(generatedFolder, file)),
    );
    if (different.length > 0) {
      console.error(`Not current in ${relative(root, generatedFolder)}: ${different.join(', ')}\nRun: npm run generate`);
      process.exitCode = 1;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function filesIn(folder: string): string[] {
  return globSync('**/*.ts', { cwd: folder });
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
