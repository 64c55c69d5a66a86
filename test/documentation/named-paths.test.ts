import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { expect } from 'chai';

const repository = join(import.meta.dirname, '../..');
const documents = ['ARCHITECTURE.md', 'CONTRIBUTING.md', 'README.md', 'SECURITY.md', 'THREAT-MODEL.md', 'examples/README.md'];

/** Folders that are named without being in the repository: of a program's folder, and what is built; and addresses. */
const elsewhere = /^(certificates|keys|state|uploads|dist|https?:)\//;

const folders = readdirSync(repository, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));

/** The two programs, below whose folders the documents name files once they have named the program. */
const programs = ['coordinator', 'site-agent'];

/** What a document names between backticks or links to and what is not there: files, folders, headings. */
function missingIn(document: string, text: string): string[] {
  const prose = text.replace(/^```.*?^```/gms, '');
  const spans = [...prose.matchAll(/`([^`\s]+)`/g)].map(([, span]) => span!);
  const paths = spans.filter((span) => isPath(span) && !elsewhere.test(span)).flatMap(expanded);
  const links = [...prose.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, link]) => link!);
  return [...paths.filter((path) => !isThere(path)), ...links.filter((link) => !isReached(link, document))];
}

/** A folder, a source, or what begins like a path of the repository: other things have slashes and dots, too. */
function isPath(span: string): boolean {
  return /\/$|\w\.(ts|wat|proto|md)$/.test(span) || folders.some((folder) => span.startsWith(`${folder}/`));
}

/** `{a,b}.ts` names two files. */
function expanded(path: string): string[] {
  const [, before, names, after] = /^(.*)\{(.*)\}(.*)$/.exec(path) ?? [];
  return names === undefined ? [path] : names.split(',').map((name) => `${before}${name}${after}`);
}

function isThere(path: string): boolean {
  if (['.', ...programs].some((folder) => existsSync(join(repository, folder, path)))) return true;
  return path === basename(path) && globSync(`{${programs.join()},test}/**/${path}`, { cwd: repository }).length > 0;
}

function isReached(link: string, document: string): boolean {
  const [path, heading] = link.split('#') as [string, string?];
  const target = path === '' ? join(repository, document) : join(repository, dirname(document), path);
  return existsSync(target) && (heading === undefined || headingsOf(readFileSync(target, 'utf8')).includes(heading));
}

/** As GitHub makes anchors of them. */
function headingsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, title]) => title!.toLowerCase().replace(/[^\w\s-]/g, '').replaceAll(' ', '-'));
}

describe('the documentation', () => {
  for (const document of documents) {
    it(`names in ${document} only files, folders and headings that are there`, () => {
      expect(missingIn(document, readFileSync(join(repository, document), 'utf8'))).to.deep.equal([]);
    });
  }

  it('is read as it is written: what is not there is found in each form', () => {
    const right = '`coordinator/rounds/`, `rounds/round.ts`, `store/`, `coordinator/rpc/{server,adapter}.ts`, `round-table.ts`, `keys/signing.pem`, `state/keys/`, `Europe/Zurich`, `site.json`, [here](SECURITY.md#supported-versions)';
    expect(missingIn('README.md', right)).to.deep.equal([]);
    const wrong = '`coordinator/gone/`, `bench/gone`, `rounds/gone.ts`, `gone/`, `coordinator/rpc/{server,gone}.ts`, `gone.ts`, [here](SECURITY.md#gone), [there](gone.md)';
    expect(missingIn('README.md', wrong)).to.deep.equal(['coordinator/gone/', 'bench/gone', 'rounds/gone.ts', 'gone/', 'coordinator/rpc/gone.ts', 'gone.ts', 'SECURITY.md#gone', 'gone.md']);
  });
});
