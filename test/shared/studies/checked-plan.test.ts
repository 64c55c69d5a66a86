import { expect } from 'chai';
import { checkPlan } from '../../../shared/studies/checked-plan.ts';
import { expectError } from '../../support/expect-error.ts';

describe("a plan's file", () => {
  it('that is a table instead is refused without a word of it', async () => {
    const error = await expectError('plan-invalid', checkPlan(Buffer.from('Smith,63,1\nMiller,58,0\n')));
    expect(error.problems).to.deep.equal([{ path: 'plan', message: 'is not JSON: line 1, column 1' }]);
    expect(error.cause).to.equal(undefined);
    expect(error.forPerson()).not.to.contain('Smith');
  });
});
