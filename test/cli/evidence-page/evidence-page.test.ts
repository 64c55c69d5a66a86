import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect } from 'chai';
import { chromium, type Browser, type Page } from 'playwright-core';
import { evidencePage } from '../../../cli/evidence-page/evidence-page.ts';
import { checkEvidence, type CheckResult } from '../../../shared/evidence/checks/checks.ts';
import { Evidence } from '../../../shared/evidence/evidence.ts';
import { textsOf, tooWide } from '../../support/drawn-page.ts';
import { installedProgram } from '../../support/installed-program.ts';
import { largeRun, longName } from '../../support/large-run.ts';
import { print, type PrintedPage } from '../../support/print.ts';
import { writeRunEvidence, type RunEvidence } from '../../support/run-evidence.ts';

const browserProgram = installedProgram('chromium', 'chromium-browser', 'google-chrome');
const pdftotext = installedProgram('pdftotext');
const missing = [...(browserProgram ? [] : ['Chromium']), ...(pdftotext ? [] : ['pdftotext'])].join(' and ');

/** At 96 pixels an inch: A4 without its margins. */
const paperWidth = Math.floor(((210 - 2 * 14) / 25.4) * 96);
const pointsOfPixel = 72 / 96;

(missing === '' ? describe : describe.skip)(`the page of the evidence in a browser${missing === '' ? '' : ` (skipped: ${missing} not installed)`}`, () => {
  const resources = new AsyncDisposableStack();
  let written: RunEvidence;
  let evidence: Evidence;
  let results: CheckResult[];
  let browser: Browser;
  before(async () => {
    written = resources.use(await writeRunEvidence());
    evidence = await Evidence.open(written.folder);
    results = await checkEvidence(evidence);
    browser = await chromium.launch({ executablePath: browserProgram! });
    resources.defer(() => browser.close());
  });
  after(() => resources.disposeAsync());

  const wrong: string[] = [];
  let page: Page;
  beforeEach(async () => {
    wrong.length = 0;
    page = await browser.newPage({ offline: true });
    page.on('console', (message) => wrong.push(message.text()));
    page.on('pageerror', (error) => wrong.push(error.message));
    page.on('request', (request) => wrong.push(...(request.isNavigationRequest() ? [] : [request.url()])));
  });
  afterEach(() => page.close());

  const open = (file: string) => page.goto(pathToFileURL(file).href);
  const openWritten = () => open(join(written.folder, 'evidence.html'));
  const printed = () => print(page, pdftotext!);

  /** A run of many rounds and members with long names, of which few take part, and with a check that failed. */
  async function openLarge(): Promise<void> {
    const file = join(written.path, 'large.html');
    const failed = results.map((result, index) => (index === 5 ? { ...result, passed: false, finding: `The manifest of ${'a'.repeat(64)} names a contribution of ${longName(0)} that was not accepted.` } : result));
    writeFileSync(file, evidencePage(largeRun(evidence), failed, '2026-03-01T09:30:00.000Z'));
    await open(file);
  }

  const pages: [which: string, open: () => Promise<unknown>][] = [['of a small run', openWritten], ['of a large run', openLarge]];
  for (const [which, openPage] of pages) {
    it(`${which} asks nobody for anything, and the browser has nothing against it`, async () => {
      await openPage();
      await printed();
      expect(wrong).to.deep.equal([]);
    });

    it(`${which} fits on the paper, with every table and plot whole`, async () => {
      await page.setViewportSize({ width: paperWidth, height: 1000 });
      await page.emulateMedia({ media: 'print' });
      await openPage();
      expect(await tooWide(page)).to.deep.equal([]);
    });

    it(`${which} is never wider than a telephone`, async () => {
      await page.setViewportSize({ width: 360, height: 700 });
      await openPage();
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).to.equal(360);
    });

    it(`${which} is legible: 8 points and more, with a contrast of 4.5 and more`, async () => {
      await page.setViewportSize({ width: paperWidth, height: 1000 });
      await page.emulateMedia({ media: 'print' });
      await openPage();
      for (const { text, sizePixels, contrast } of await textsOf(page)) {
        expect(sizePixels * pointsOfPixel, text).to.be.at.least(8);
        expect(contrast, text).to.be.at.least(4.5);
      }
    });
  }

  it('is printed on A4, and every page says of which run it is and how many there are', async () => {
    await openWritten();
    const all = await printed();
    expect(all.length).to.be.within(3, 8);
    all.forEach(({ widthPoints, heightPoints, text }, index) => {
      expect([Math.round(widthPoints), Math.round(heightPoints)]).to.deep.equal([595, 842]);
      expect(together(text)).to.contain('Evidenceofsmall-study-1').and.to.contain(`${index + 1}/${all.length}`);
    });
  });

  it('says in print whether the checks passed, what they were, and everything that is compared', async () => {
    await openWritten();
    const [first, ...others] = await printed();
    const text = wordsOf([first!, ...others]);
    expect(wordsOf([first!])).to.contain(together(`All ${results.length} checks passed when this page was written.`));
    for (const { name, proves } of results) expect(text).to.contain(together(name)).and.to.contain(together(proves));
    const { 'model-versions.json': versions, 'rosters.json': rosters, 'run.json': { federation, planHash } } = evidence.documents;
    const keys = rosters[0]!.members.map(({ signingKey }) => Buffer.from(signingKey, 'base64').toString('hex'));
    for (const digest of [planHash, federation.signingKey, ...keys, ...versions.map((version) => version.digest)]) expect(text).to.contain(digest);
    for (const words of ['model version (number of training rounds)', 'share, from 0 to 1', 'mean of a row']) expect(text).to.contain(together(words));
  });

  it('says first in print which checks failed', async () => {
    await openLarge();
    const [first] = await printed();
    expect(wordsOf([first!])).to.contain(together(`1 of ${results.length} checks FAILED when this page was written: manifests.`));
  });

  it('names of the members of a round the few that were missing, or the few that were there', async () => {
    await openWritten();
    expect(await page.innerText('tbody.round')).to.contain('all 3');
    await openLarge();
    const [zero, one] = [longName(0), longName(1)];
    expect(await page.innerText('tbody.round')).to.contain(`all 100 but ${zero}, ${one}`).and.to.contain(`2 of 100: ${zero}, ${one}`).and.to.contain('none');
  });

  it('repeats the titles of a table on each of its pages, and tears no row', async () => {
    await openLarge();
    const all = await printed();
    const texts = all.map((printedPage) => wordsOf([printedPage]));
    const { 'model-versions.json': versions, 'rounds.json': rounds } = largeRun(evidence).documents;
    expect(all.length).to.be.greaterThan(10);
    for (const { digest } of versions) expect(texts.findLast((text) => text.includes(digest)) ?? 'torn', digest).to.contain('VersionSHA-256ContributorsTestrows');
    for (const { decryptions } of rounds) {
      const sums = Object.values(decryptions[0]!.answer!.sumDigests).map((digest) => digest.slice(0, 16));
      const onPage = texts.find((text) => text.includes(sums[0]!)) ?? 'torn';
      for (const words of [...sums, 'RoundPurpose,andwhenitended', 'ContributorsCo-signedbyOpenedby']) expect(onPage).to.contain(words);
    }
  });
});

/** Without spaces: where lines end is the paper's affair. */
function together(text: string): string {
  return text.replaceAll(/\s/g, '');
}

function wordsOf(pages: readonly PrintedPage[]): string {
  return together(pages.map(({ text }) => text).join(''));
}
