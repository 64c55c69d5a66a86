export const sqlite = process.getBuiltinModule('node:sqlite');
