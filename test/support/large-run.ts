import type { PageEvidence } from '../../cli/evidence-page/evidence-page.ts';
import type { Evidence } from '../../shared/evidence/evidence.ts';
import type { EvidenceDocuments } from '../../shared/evidence/evidence-documents.ts';
import type { EvaluationResource } from '../../shared/http-api/evaluation-resource.ts';
import { sha256Hex } from '../../shared/statements/digest.ts';
import { rosterHash } from '../../shared/statements/roster.ts';
import { signedRosterFromJson } from '../../shared/statements/roster-json.ts';

/** As long as a site's name may be. */
export function longName(index: number): string {
  return `university-hospital-of-the-northern-provinces-department-${index}`.padEnd(63, '-of-cardiology');
}

/** What the page would be told of a run with sixty rounds more than this one, a hundred members, and a loss of many terms. */
export function largeRun({ documents, plan, tensors }: Evidence): PageEvidence {
  const [manifest] = documents['manifests.json'];
  const [, version] = documents['model-versions.json'];
  const training = documents['rounds.json'].find(({ purpose }) => purpose === 'training')!;
  const numbers = Array.from({ length: 60 }, (_, index) => index + documents['rounds.json'].length);
  const roster = { ...documents['rosters.json'][0]!, members: Array.from({ length: 100 }, (_, index) => ({ site: longName(index), signingKey: documents['rosters.json'][0]!.leadKey })) };
  const contributors = { update: roster.members.slice(2), statistics: roster.members.slice(0, 2) };
  const large: EvidenceDocuments = {
    ...documents,
    'rosters.json': [roster],
    'epochs.json': [{ ...documents['epochs.json'][0]!, rosterHash: rosterHash(signedRosterFromJson(roster)) }],
    'model-versions.json': [...documents['model-versions.json'], ...numbers.map((number) => ({ ...version!, number, digest: sha256Hex(`version ${number}`), evaluation: withoutAuc(version!.evaluation!) }))],
    'rounds.json': numbers.map((number) => {
      const sumDigests = { update: sha256Hex(`update ${number}`), statistics: sha256Hex(`statistics ${number}`) };
      return { ...training, id: `large.${number}`, number, decryptions: training.decryptions.map((asked, index) => ({ ...asked, site: longName(index), answer: { ...asked.answer!, sumDigests } })) };
    }),
    'manifests.json': numbers.flatMap((number) =>
      (['update', 'statistics'] as const).map((part) => ({ ...manifest!, part, round: `large.${number}`, signatures: [], contributions: contributors[part].map(({ site }) => ({ ...manifest!.contributions[0]!, site })) })),
    ),
  };
  return { documents: large, plan: { ...plan, training: { ...plan.training, losses: Array(5).fill(plan.training.losses[0]) } }, tensors };
}

function withoutAuc({ auc: _auc, targets, ...evaluation }: EvaluationResource): EvaluationResource {
  return { ...evaluation, targets: targets.map(({ auc: _ofTarget, ...target }) => ({ ...target, aucMissing: 'fewer than 5 test rows of a class' })) };
}
