import { relative, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Rule } from 'eslint';
import { boundaries, type Boundary } from './boundaries.ts';

/** The part of a syntax node that this rule reads; TypeScript's nodes are not in ESLint's own types. */
interface ModuleReference {
  readonly source?: ModuleName | null;
  readonly expression?: ModuleName;
  readonly arguments?: readonly ModuleName[];
}
interface ModuleName {
  readonly type: string;
  readonly value?: unknown;
  readonly literal?: ModuleName;
  readonly expressions?: readonly unknown[];
  readonly quasis?: readonly { readonly value: { readonly cooked: string } }[];
}

/** ESLint rule that holds the table in boundaries.ts, for every way in which a file can name a module. */
export const importBoundaries: Rule.RuleModule = {
  meta: {
    type: 'problem',
    schema: [],
    messages: {
      crossed: '{{importer}} may not import {{imported}}. {{instead}}',
      unreadable: 'Name the module in a plain string, so that the import boundaries can be checked.',
    },
  },
  create(context) {
    const importer = repositoryPath(context.cwd, context.filename);

    function check(node: Rule.Node, name: ModuleName | null | undefined): void {
      if (!name) return;
      const specifier = literalText(name);
      if (specifier === undefined) {
        context.report({ node, messageId: 'unreadable' });
        return;
      }
      const imported = importedModule(context.cwd, context.filename, specifier);
      const crossed = boundaries.find((boundary) => crosses(boundary, importer, imported));
      if (crossed) context.report({ node, messageId: 'crossed', data: { importer, imported, instead: crossed.instead } });
    }

    const fromSource = (node: Rule.Node): void => check(node, (node as ModuleReference).source);
    const fromArgument = (node: Rule.Node): void => check(node, (node as ModuleReference).arguments?.[0]);
    return {
      ImportDeclaration: fromSource,
      ExportNamedDeclaration: fromSource,
      ExportAllDeclaration: fromSource,
      ImportExpression: fromSource,
      TSImportType: fromSource,
      TSExternalModuleReference: (node: Rule.Node) => check(node, (node as ModuleReference).expression),
      'CallExpression[callee.name="require"]': fromArgument,
      'CallExpression[callee.property.name="getBuiltinModule"]': fromArgument,
    };
  },
};

function crosses(boundary: Boundary, importer: string, imported: string): boolean {
  return boundary.modules.some((pattern) => matches(pattern, imported)) && !boundary.onlyFrom.some((pattern) => matches(pattern, importer));
}

function matches(pattern: string, module: string): boolean {
  if (pattern.endsWith('/')) return module.startsWith(pattern);
  if (pattern.endsWith('*')) return module.startsWith(pattern.slice(0, -1));
  return module === pattern || module.startsWith(`${pattern}/`);
}

/** A relative path, absolute path or file URL as a path in the repository; a package as it is named. */
function importedModule(root: string, importer: string, specifier: string): string {
  if (!/^(\.{0,2}\/|file:)/.test(specifier)) return specifier;
  return repositoryPath(root, fileURLToPath(new URL(specifier, pathToFileURL(importer))));
}

function repositoryPath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}

function literalText(name: ModuleName): string | undefined {
  if (name.type === 'TSLiteralType' && name.literal) return literalText(name.literal);
  if (name.type === 'TemplateLiteral' && name.expressions?.length === 0) return name.quasis?.[0]?.value.cooked;
  return typeof name.value === 'string' ? name.value : undefined;
}
