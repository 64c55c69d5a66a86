export function tag(key: MacKey): MacKey {
  return key;
}
