// The steps of an import as a person meets them: the file, the columns, the rows with what is wrong, the end and its
// undoing. Each is readable at a desk and on a phone, in both languages. With MEGURI_PICTURES, pictures go into that folder.

import { must, plan, step, visit, walkInEachLanguage } from './harness.mjs';

const HEADINGS = '業務分類,情報資産名称,備考,利用者範囲,管理部署,媒体・保存先,個人情報,要配慮個人情報,特定個人情報,機密性,完全性,可用性,保存期限,登録日';
const LONG = '全国販売代理店向けキャンペーン応募者および紹介者の連絡先ならびに発送履歴の一覧（改訂第三版・控え）';

export default function imports() {
  return walkInEachLanguage(plan.people.secretariat, walk);
}

async function walk(page, lang, seen) {
  const department = await step(`${lang} a department to import into`, async () => {
    await visit(page, '/assets/import');
    must((await names(page)).length > 1, 'there are fewer than two departments');
  }) && (await names(page))[0];
  await seen('import-unread', async () => {
    await send(page, '天気.csv', ['日付,天気,気温', '4/1,晴れ,18']);
    must(await page.getByRole('alert').isVisible(), 'nothing says that the file was not read');
    must((await page.locator('input[name^="left-"]').count()) === 1, 'nobody asks where the headings are');
  });
  await seen('import-columns', async () => {
    const headings = '情報資産名称,管理部署,媒体・保存先,漏れたときの重さ,正しさ,使えること,保存期限';
    await send(page, '様式が違う台帳.csv', [headings, `${LONG},${department},書類,3,1,2,5年`]);
    await page.waitForURL(/\/assets\/import\/[^/]+/);
    must((await page.locator('select[name^="column-0-"]').count()) === 7, 'the columns are not offered');
  });
  await seen('import-cancelled', async () => {
    await page.locator('form[action$="/cancellation"] button').last().click();
    await page.waitForURL('**/assets/import');
  });
  await seen('import-scale', async () => {
    const headings = '情報資産名称,管理部署,媒体・保存先,機密性,完全性,可用性';
    await send(page, '評価値が1と2だけの台帳.csv', [headings, `${LONG},${department},書類,2,1,1`]);
    await page.waitForURL(/\/assets\/import\/[^/]+/);
    must((await page.locator('input[type=radio][name=scale]').count()) === 2, 'the scale is not asked for');
  });
  await seen('import-scale-older', async () => {
    await page.locator('input[type=radio][value="2-1-0"]').check();
    await page.locator('form[action$="/scale"] button.primary').click();
    await page.locator('form[action$="/confirmation"]').waitFor();
    must((await page.locator('td', { hasText: '2→3' }).count()) === 1, 'the older scale is not turned into today\'s');
  });
  await seen('import-rows-wrong', async () => {
    await send(page, `${LONG}.csv`, [HEADINGS, ...rows(department, lang)]);
    await page.waitForURL(/\/assets\/import\/[^/]+/);
    must((await page.locator('.mend :is(input, select)').count()) === 7, 'the wrong cells cannot be mended in place');
  });
  await seen('import-rows-all', () => page.locator('a.chip[href*="show=all"]').click().then(() => page.waitForURL(/show=all/)));
  await seen('import-rows-good', async () => {
    await page.locator('button[name=leave][value=wrong]').click();
    await page.locator('form[action$="/confirmation"] button.primary').waitFor();
  });
  await seen('import-done', async () => {
    await page.locator('form[action$="/confirmation"] button.primary').click();
    await page.locator('form[action$="/undo"]').waitFor();
  });
  await seen('import-same', async () => {
    await send(page, '同じ台帳.csv', [HEADINGS, ...rows(department, lang).slice(0, 2)]);
    await page.waitForURL(/\/assets\/import\/[^/]+/);
  });
}

/** Two good rows, and three of which each has something to mend. */
function rows(department, lang) {
  return [
    `営業,${LONG} ${lang},年に一度、代理店から届く。発送が終わった月の末に消去する。,営業部員,${department},社内サーバー,有,,,3,2,1,1年,2026/4/1`,
    `営業,名刺 ${lang},,,${department},書類,有,,,2,1,1,,`,
    `営業,単価表 ${lang},,,どこにもない長い名前の海外統括本部東アジア第二営業部,書類,,,,2,1,1,,`,
    `総務,鍵の台帳 ${lang},,,${department},書類,△,,,7,高い低い,1,5年,いつか`,
    `総務,,名前を忘れた行,,${department},,,,,1,1,1,,`,
  ];
}

async function names(page) {
  const all = await page.locator('select[name=department] option').allTextContents();
  return all.slice(1).map((text) => text.trim());
}

async function send(page, name, lines) {
  await visit(page, '/assets/import');
  const buffer = Buffer.from(lines.join('\r\n'));
  await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/csv', buffer });
  await page.locator('form[action^="/assets/import"] button.primary').click();
  await page.waitForLoadState('load');
}
