import { expect } from 'chai';
import fc from 'fast-check';
import { linePlot } from '../../../cli/evidence-page/line-plot.ts';

const labelled = { title: 'Loss', xLabel: 'version', yLabel: 'loss, mean of a row' };

describe('a line plot', () => {
  it('has a title, both axes with their labels, and a legend', () => {
    const { text } = linePlot({ ...labelled, series: [{ name: 'AUC', points: [{ x: 0, y: 0.5 }, { x: 1, y: 0.8 }] }, { name: 'accuracy', points: [{ x: 1, y: 0.7 }] }] });
    for (const words of ['Loss', 'version', 'loss, mean of a row', 'AUC', 'accuracy']) expect(text).to.contain(`>${words}</text>`);
    expect(text).to.contain('stroke-dasharray="7 4"');
  });

  it('labels the axes with round numbers that take in every value', () => {
    const { text } = linePlot({ ...labelled, series: [{ name: 'loss', points: [{ x: 0, y: 0.9454 }, { x: 12, y: 0.6201 }] }] });
    expect([...text.matchAll(/class="tick" text-anchor="end"[^>]*>([^<]*)</g)].map(([, label]) => label)).to.deep.equal(['0.6', '0.7', '0.8', '0.9', '1.0']);
    expect([...text.matchAll(/class="tick" text-anchor="middle"[^>]*>([^<]*)</g)].map(([, label]) => label)).to.deep.equal(['0', '2', '4', '6', '8', '10', '12']);
  });

  it('draws every point inside its area, whatever the values are', () => {
    const values = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(values, (ys) => {
        const { text } = linePlot({ ...labelled, series: [{ name: 'loss', points: ys.map((y, x) => ({ x, y })) }] });
        const points = /polyline[^>]* points="([^"]*)"/.exec(text)![1]!.split(' ').map((point) => point.split(',').map(Number));
        expect(points).to.have.length(ys.length);
        for (const [x, y] of points) {
          expect(x).to.be.within(72, 624);
          expect(y).to.be.within(44, 248);
        }
      }),
    );
  });
});
