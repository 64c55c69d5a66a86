export function open(key: SecretKey): SecretKey {
  return key;
}
