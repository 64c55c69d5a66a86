import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { doorNames, outsideTheBoundaries, secretNames } from './scripts/lint/boundaries.ts';
import { importBoundaries } from './scripts/lint/import-boundaries.ts';

/** A file has one setting of this rule, the last that fits it: each block says all that holds for its files. */
const reserved = (...rows) => [
  'error',
  ...rows.flatMap(({ names, instead: message }) => ['Identifier[name', 'Literal[value'].map((node) => ({ selector: `${node}=/^(${names.join('|')})$/]`, message }))),
];
/** The boundaries hold for whatever Node would run, not only for TypeScript. */
const everyModule = ['**/*.{ts,mts,cts,js,mjs,cjs}'];
const everythingIn = (folders) => folders.map((folder) => `${folder}**`);

export default defineConfig(
  { ignores: ['dist/', 'console/dist/', '**/generated/', 'test/lint/violations/'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 400 }],
      'no-console': 'error',
    },
  },
  {
    files: everythingIn(['bin/', 'demo/', 'bench/', 'scripts/', 'shared/command-line/']),
    rules: { 'no-console': 'off' },
  },
  {
    files: ['test/**/*.ts'],
    rules: { '@typescript-eslint/no-unused-expressions': 'off' },
  },
  {
    files: everyModule,
    ignores: everythingIn(outsideTheBoundaries),
    languageOptions: { parser: tseslint.parser },
    plugins: { consilium: { rules: { 'import-boundaries': importBoundaries } } },
    rules: { 'consilium/import-boundaries': 'error' },
  },
  {
    files: everyModule,
    ignores: everythingIn([...outsideTheBoundaries, ...secretNames.onlyFrom]),
    rules: { 'no-restricted-syntax': reserved(secretNames) },
  },
  {
    files: ['site-agent/**'],
    ignores: everythingIn(doorNames.onlyFrom),
    rules: { 'no-restricted-syntax': reserved(secretNames, doorNames) },
  },
  {
    files: everythingIn(secretNames.onlyFrom),
    rules: { 'no-restricted-syntax': reserved(doorNames) },
  },
  {
    files: ['**/{utils,helpers,common,types,constants,index}.ts'],
    rules: {
      'no-restricted-syntax': ['error', { selector: 'Program', message: 'A file is one concept: name it after that concept.' }],
    },
  },
);
