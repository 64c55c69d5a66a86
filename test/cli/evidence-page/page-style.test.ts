import { expect } from 'chai';
import { pageStyle } from '../../../cli/evidence-page/page-style.ts';

describe('the style of the evidence page', () => {
  it('keeps the footer a piece of text, whatever the run is called', () => {
    expect(pageStyle('Evidence of study-1')).to.contain('content: "Evidence of study-1";');
    const style = pageStyle('a"; } body { display: none } </style>\n\\');
    expect(style).to.contain('content: "a\\22 \\3b  \\7d  body \\7b  display\\3a  none \\7d  \\3c \\2f style\\3e \\a \\5c ";');
    expect(style).not.to.contain('</style>');
  });
});
