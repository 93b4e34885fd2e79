// Risks from a file as a person meets them: a register made elsewhere, what is wrong and what is asked, the end; and what goes
// out comes back and changes nothing. Each step is readable at a desk and on a phone, in both languages.

import { readFile } from 'node:fs/promises';
import { must, plan, step, visit, walkInEachLanguage } from './harness.mjs';

const HEADINGS = '部署,資産名,想定されるリスク,脆弱性,既存の対策,発生頻度,脆弱性レベル,対応方針,対策,担当者,完了予定日';
const THREAT = '閉館後の清掃に立ち会う者がなく、机の上や書庫の前に置かれた書類が持ち去られて気付くのが遅れる <b>持ち去り</b>';

export default function riskFiles() {
  return walkInEachLanguage(plan.people.secretariat, walk);
}

async function walk(page, lang, seen) {
  let known;
  const found = await step(`${lang} a risk that was judged`, async () => { known = await judged(page); });
  if (!found) return;
  await seen('risk-files-unread', async () => {
    await send(page, '天気.csv', ['日付,天気,気温', '4/1,晴れ,18']);
    must(await page.getByRole('alert').isVisible(), 'nothing says that no headings were found');
    must((await page.locator('input[name="header-0"]').count()) === 1, 'nobody asks where the headings are');
  });
  await seen('risk-files-rows', async () => {
    await send(page, 'リスク分析シート.csv', [HEADINGS, ...rows(known, lang)]);
    must((await page.locator('select[name^="threat-"]').count()) === 1, 'nobody asks which threat it is');
    must((await page.locator('.mend input[name^="cell-"]').count()) === 1, 'the wrong cell cannot be mended in place');
  });
  await seen('risk-files-columns', () => page.locator('a.chip[href*="step=columns"]').click().then(() => page.waitForURL(/step=columns/)));
  await seen('risk-files-good', async () => {
    await page.locator('form[action$="/mapping"] button.primary').click();
    await page.locator('button[name=answers][value=free]').click();
    await page.locator('button[name=answers]').waitFor({ state: 'detached' });
    await page.locator('button[name=leave][value=open]').click();
    await page.locator('form[action$="/confirmation"] button.primary').waitFor();
  });
  await seen('risk-files-done', async () => {
    await page.locator('form[action$="/confirmation"] button.primary').click();
    await page.locator('a.primary[href^="/risks"]').waitFor();
  });
  await seen('risk-files-back', async () => {
    await visit(page, '/risks/import');
    await page.locator('form[action="/assets/exports"] button[value=xlsx]').click();
    await page.waitForURL(/\/assets\/exports\//);
    const [file] = await Promise.all([page.waitForEvent('download'), page.locator('a.primary[download]').click()]);
    const buffer = await readFile(await file.path());
    await sendFile(page, { name: file.suggestedFilename(), mimeType: 'application/octet-stream', buffer });
    must((await page.locator('form[action$="/confirmation"]').count()) === 0, 'what came back unchanged would change something');
    must((await page.locator('a.chip[href*="show=same"]').count()) === 1, 'nothing is unchanged');
  });
}

/** Department and asset of the highest risk. */
async function judged(page) {
  await visit(page, '/risks');
  const row = page.locator('section:has(#h-ranking) tbody tr').first();
  const [asset, department] = [row.locator('th'), row.locator('td').nth(2)];
  return { asset: (await asset.innerText()).trim(), department: (await department.innerText()).trim() };
}

/** A good line, one of a threat that nobody knows, and one of an asset that is not there. */
function rows({ asset, department }, lang) {
  return [
    `${department},${asset},書類の放置による盗み見,机の上に置いたまま,${lang},３,2（一部）,軽減,退社時に巡回する,部門長,2027/2/25`,
    `,,${THREAT} ${lang},立会いがない,,2,3,リスク移転,契約に条項を加える,部門長,`,
    `,${asset}の控えのさらに控え,書類の放置による盗み見,,,3,3,,,,`,
  ];
}

async function send(page, name, lines) {
  await sendFile(page, { name, mimeType: 'text/csv', buffer: Buffer.from(lines.join('\r\n')) });
}

async function sendFile(page, file) {
  await visit(page, '/risks/import');
  await page.locator('input[type=file]').setInputFiles(file);
  await page.locator('form[action^="/risks/import"] button.primary').click();
  await page.waitForURL(/\/risks\/import\/[^/]+/);
}
