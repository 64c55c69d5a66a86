import { execFileSync } from 'node:child_process';
import { globSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { loadOptions } from '../../shared/wire/load-options.ts';

const root = resolve(import.meta.dirname, '../..');

/** The TypeScript types of what is in proto/. */
export function generateWireTypes(folder: string): void {
  const generator = join(createRequire(import.meta.url).resolve('@grpc/proto-loader/package.json'), '../build/bin/proto-loader-gen-types.js');
  const protos = globSync('**/*.proto', { cwd: join(root, 'proto') }).sort();
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
