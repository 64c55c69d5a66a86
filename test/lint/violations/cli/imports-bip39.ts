export { entropyToMnemonic } from '@scure/bip39';
