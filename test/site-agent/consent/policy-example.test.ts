import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { catalogue } from '../../../shared/errors/catalogue.ts';
import { policySchema, readPolicy, safePolicy, type Policy } from '../../../site-agent/consent/policy.ts';
import { studyBreach } from '../../../site-agent/consent/study-limits.ts';
import { heartPlan } from '../../support/heart-plan.ts';
import { StudyMakers } from '../../support/proposed-study.ts';

const examples = join(import.meta.dirname, '../../../examples');
const settings = Object.keys(policySchema.shape);

describe('The example of a policy', () => {
  let policy: Policy;
  before(async () => {
    policy = await readPolicy(examples);
  });

  it('is valid and has every setting', () => {
    expect(Object.keys(policy)).to.deep.equal(settings);
  });

  it('leaves every study to a person, and lowers no safeguard', () => {
    expect(policy.studies).to.equal('ask');
    expect(policy.minimumContributors).to.be.at.least(safePolicy.minimumContributors);
  });

  it('allows the example study to one who leads it with the right key, and to nobody else', async () => {
    const study = await new StudyMakers().study(['cleveland', ...policy.members!], heartPlan());
    const { leadKeys: _leadKeys, ...otherwise } = policy;
    expect(studyBreach(otherwise, study, 'cleveland')).to.equal(undefined);
    expect(studyBreach(policy, study, 'cleveland')?.code).to.equal('policy-lead-key');
  });
});

describe('The table of policy settings', () => {
  const [, section = ''] = readFileSync(join(examples, 'README.md'), 'utf8').split("## A hospital's policy\n");
  const rows = [...section.matchAll(/^\| `.*$/gm)].map(([row]) => row.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
  const plain = (cell: string | undefined) => cell?.replaceAll('`', '');

  it('has every setting of the schema and no other', () => {
    expect(rows.map(([setting]) => plain(setting))).to.deep.equal(settings);
  });

  it('says what holds where a setting is left out', () => {
    for (const [setting, value] of Object.entries(safePolicy)) {
      expect(plain(rows.find(([name]) => plain(name) === setting)?.[3]), setting).to.equal(String(value));
    }
  });

  it('has the code of every breach', () => {
    const codes = Object.keys(catalogue).filter((code) => code.startsWith('policy-') && code !== 'policy-invalid');
    expect(rows.map((row) => plain(row[4])).filter((code) => code !== 'none')).to.have.members(codes);
  });
});
