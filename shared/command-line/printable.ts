/** Text from elsewhere as it may go to a terminal: no control character in it can steer the terminal of whoever reads it. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, '?');
}
