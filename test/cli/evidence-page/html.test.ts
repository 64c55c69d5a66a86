import { expect } from 'chai';
import { Html, html } from '../../../cli/evidence-page/html.ts';

describe('html', () => {
  it('escapes what is put in, in text and in attributes', () => {
    const name = `<b title="x" onclick='y'>&amp;`;
    expect(html`<p title="${name}">${name}</p>`.text).to.equal(`<p title="${escaped}">${escaped}</p>`);
  });
  const escaped = `&#60;b title=&#34;x&#34; onclick='y'&#62;&#38;amp;`;

  it('keeps what is HTML already, alone or in a list', () => {
    expect(html`<ul>${[1, 2].map((item) => html`<li>${item}</li>`)}</ul>${new Html('<hr>')}`.text).to.equal('<ul><li>1</li><li>2</li></ul><hr>');
  });
});
