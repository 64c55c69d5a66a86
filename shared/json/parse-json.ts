/**
 * JSON.parse for files that people write and hand over. V8's message quotes the text around a mistake, and the text
 * may be a table of patients that somebody took for a plan; this one says where the mistake is and nothing else.
 *
 * @throws SyntaxError such as `is not JSON: line 3, column 5`
 */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    const before = text.slice(0, mistakeOffset(text)).split('\n');
    throw new SyntaxError(`is not JSON: line ${before.length}, column ${(before.at(-1) as string).length + 1}`);
  }
}

/** The same for the bytes of a file. @throws SyntaxError, also when they are not UTF-8 */
export function parseJsonBytes(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxError('is not JSON: its bytes are not UTF-8');
  }
  return parseJson(text);
}

/** The tokens of RFC 8259: punctuation, strings, numbers and the three literals. */
const token = /([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-])/y;
const space = /[ \t\r\n]*/y;

type Expected = 'value' | 'value or ]' | 'name' | 'name or }' | ':' | 'next';

/** Where the first token stands that JSON does not allow in its place; the end of the text when one is missing. */
function mistakeOffset(text: string): number {
  const open: string[] = [];
  let expected: Expected = 'value';
  for (let at = skip(text, 0); at < text.length; at = skip(text, token.lastIndex)) {
    token.lastIndex = at;
    const match = token.exec(text);
    if (!match) return at;
    const next = afterToken(match[1] ?? (match[2] ? 'string' : 'scalar'), expected, open);
    if (!next) return at;
    expected = next;
  }
  return text.length;
}

/** What may follow a token, or undefined when it may not stand here; `open` holds the brackets around it. */
function afterToken(kind: string, expected: Expected, open: string[]): Expected | undefined {
  const value = expected === 'value' || expected === 'value or ]';
  if (kind === '{' || kind === '[') {
    if (!value) return undefined;
    open.push(kind);
    return kind === '{' ? 'name or }' : 'value or ]';
  }
  if (kind === '}' || kind === ']') {
    const closes = open.at(-1) === (kind === '}' ? '{' : '[') && (expected === 'next' || expected.endsWith(`or ${kind}`));
    if (closes) open.pop();
    return closes ? 'next' : undefined;
  }
  if (kind === ',') return expected !== 'next' || open.length === 0 ? undefined : open.at(-1) === '{' ? 'name' : 'value';
  if (kind === ':') return expected === ':' ? 'value' : undefined;
  if (value) return 'next';
  return kind === 'string' && expected.startsWith('name') ? ':' : undefined;
}

function skip(text: string, from: number): number {
  space.lastIndex = from;
  space.exec(text);
  return space.lastIndex;
}
