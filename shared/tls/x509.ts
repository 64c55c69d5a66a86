import './metadata-reflection.ts'; // must come first
export * as x509 from '@peculiar/x509';
