/** What is used of the optional package, which is absent where its native library cannot be downloaded. */
declare module '@tensorflow/tfjs-node' {
  export const version: { readonly 'tfjs-node': string };
}
