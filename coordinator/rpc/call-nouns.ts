/** What a site asks for with a call, as the audit log and the metrics name it: `contribution refused`. Every call of the wire has a line. */
export const callNouns: Readonly<Record<string, string>> = {
  '/consilium.v1.Contributions/Upload': 'contribution',
  '/consilium.v1.Decryptions/DownloadSum': 'sum',
  '/consilium.v1.Decryptions/Report': 'decryption',
  '/consilium.v1.Enrolment/Describe': 'description',
  '/consilium.v1.Enrolment/Enrol': 'enrolment',
  '/consilium.v1.GroupKeys/CloseEpoch': 'epoch closing',
  '/consilium.v1.GroupKeys/ConfirmGroupKey': 'group key confirmation',
  '/consilium.v1.GroupKeys/DepositGroupKey': 'group key',
  '/consilium.v1.GroupKeys/OfferEpochKey': 'epoch key',
  '/consilium.v1.Ledgers/Head': 'ledger head',
  '/consilium.v1.Manifests/CoSign': 'co-signature',
  '/consilium.v1.ModelVersions/Download': 'model version',
  '/consilium.v1.SiteLink/Decline': 'decline',
  '/consilium.v1.SiteLink/Watch': 'assignments',
  '/consilium.v1.Studies/Decide': 'decision',
  '/consilium.v1.Studies/GetPlan': 'plan',
};
