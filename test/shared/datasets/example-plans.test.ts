import { readFileSync } from 'node:fs';

import { expect } from 'chai';

import { inputShape } from '../../../shared/studies/inputs.ts';
import { planSchema, type StudyPlan } from '../../../shared/studies/plan.ts';

function examplePlan(name: string): StudyPlan {
  return planSchema.parse(JSON.parse(readFileSync(new URL(`../../../examples/${name}.json`, import.meta.url), 'utf8')));
}

describe('the example plans', () => {
  it('are valid, with inputs as their models expect them', () => {
    expect(inputShape(examplePlan('heart-disease').data)).to.deep.equal([13]);
    expect(inputShape(examplePlan('cervical-cytology').data)).to.deep.equal([32, 32, 3]);
  });
});
