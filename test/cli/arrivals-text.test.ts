import { expect } from 'chai';
import { arrivalsText } from '../../cli/arrivals-text.ts';

describe('what is told of a round that waits for sites', () => {
  const sites = ['east', 'mercy', 'north', 'south', 'west'];

  it('names the sites of which nothing is known, after what the others are at', () => {
    const text = arrivalsText(sites, new Set(['mercy', 'east', 'south']), new Map([['north', 'north: training, step 5 of 100']]));
    expect(text).to.equal('3 of 5 sites are in; north: training, step 5 of 100; nothing yet from west');
  });

  it('names three of them and counts the others', () => {
    expect(arrivalsText(sites, new Set(), new Map())).to.equal('0 of 5 sites are in; nothing yet from east, mercy, north and 2 more');
  });

  it('names nobody when all are in', () => {
    expect(arrivalsText(sites, new Set(sites), new Map())).to.equal('5 of 5 sites are in');
  });
});
