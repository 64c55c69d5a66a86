/** Import cycles; who may import what is in scripts/lint/boundaries.ts. */
module.exports = {
  forbidden: [
    {
      name: 'no-circular',
      comment: 'Two files that import each other are one concept, or share a third that wants its own file.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    includeOnly: '\\.ts$',
    exclude: { path: '(^|/)(node_modules|dist|test/lint/violations)/' },
    // Also imports of types only: a cycle of types is a cycle of ideas.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
