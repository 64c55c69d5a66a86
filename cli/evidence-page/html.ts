/** A piece of HTML (or SVG) that may stand in a page as it is. */
export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type HtmlValue = Html | string | number | readonly Html[];

/** Everything that is put in and is not HTML already is escaped, for element content and for attributes in double quotes. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(textOf)));
}

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  return Array.isArray(value) ? (value as readonly Html[]).map(({ text }) => text).join('') : String(value as string | number).replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
