import { expect } from 'chai';
import { evaluationText } from '../../cli/round-text.ts';

describe('an evaluation on one line', () => {
  it('says why there is no AUC where there could be one', () => {
    const figures = { rows: 30, loss: 0.5, accuracy: 0.75 };
    expect(evaluationText({ ...figures, auc: 0.875, targets: [{ loss: 0.5, auc: 0.875 }] })).to.equal('loss 0.5000, accuracy 0.7500, AUC 0.8750 on 30 rows');
    expect(evaluationText({ ...figures, targets: [{ loss: 0.5, aucMissing: 'fewer than 5 test rows of a class' }] })).to.equal('loss 0.5000, accuracy 0.7500, no AUC (fewer than 5 test rows of a class) on 30 rows');
    expect(evaluationText({ ...figures, targets: [{ loss: 0.5, accuracy: 0.75 }] })).to.equal('loss 0.5000, accuracy 0.7500 on 30 rows');
  });
});
