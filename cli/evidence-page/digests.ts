import { html, type Html } from './html.ts';

/** A SHA-256 or a key in hexadecimal: two lines of 32 digits in a table of many. */
export function digest(hex: string): Html {
  return html`<span class="digest">${hex}</span>`;
}

/** A sentence with its digests set as such. */
export function withDigests(text: string): Html {
  return html`${text.split(/\b([0-9a-f]{64})\b/).map((piece, index) => (index % 2 === 1 ? digest(piece) : html`${piece}`))}`;
}
