import { expect } from 'chai';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { siteAuditEvents, siteAuditFile } from '../../site-agent/audit/site-audit.ts';
import type { ProgramFederation } from './program-federation.ts';

/** A site refused work of a run: its log says so, and so do audit log and metrics at both ends. Waits for it. */
export async function expectRefused(federation: ProgramFederation, run: string, site: string, code: ErrorCode): Promise<void> {
  const agent = federation.agent(site);
  await agent.log.find((line) => line.run === run && line.code === code);
  await federation.coordinatorLog.find((line) => line.message === 'Work declined.' && line['run'] === run && line['site'] === site && line.code === code);
  const own = (await Array.fromAsync(siteAuditEvents(siteAuditFile(federation.siteFolder(site))))).filter(({ subject }) => subject === run || subject.startsWith(`${run}.`));
  expect(own.map(({ detail }) => (JSON.parse(detail) as { code: string }).code)).to.include(code);
  const declines = await federation.auditEvents('work declined', run);
  expect(declines.map(({ actor, detail }) => `${actor}: ${String(detail['code'])}`)).to.include(`site ${site}: ${code}`);
  expect(await agent.metric('consilium_assignments_total', { outcome: code })).to.be.greaterThan(0);
  expect(await federation.coordinatorMetric('consilium_declined_work_total', { site, code })).to.be.greaterThan(0);
}

/** The same of every site that refused work of the run with this code; at least one did. */
export async function expectRefusedByAll(federation: ProgramFederation, run: string, code: ErrorCode): Promise<void> {
  const sites = (await federation.auditEvents('work declined', run)).filter(({ detail }) => detail['code'] === code).map(({ actor }) => actor.slice('site '.length));
  expect(sites, code).not.to.have.length(0);
  for (const site of new Set(sites)) await expectRefused(federation, run, site, code);
}

/** The codes of all refusals of a run that reached the coordinator: one that comes after the run's end does not. */
export async function refusalCodes(federation: ProgramFederation, run: string): Promise<Set<unknown>> {
  return new Set((await federation.auditEvents('work declined', run)).map(({ detail }) => detail['code']));
}

/** How often the sites have put a secret key to a ciphertext, all together. */
export async function decryptions(federation: ProgramFederation, sites: readonly string[]): Promise<number> {
  const counts = await Promise.all(sites.map((site) => federation.agent(site).metric('consilium_decryptions_total')));
  return counts.reduce((total, count) => total + count, 0);
}
