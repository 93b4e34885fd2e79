// An audit in a real browser: the secretariat lays records out and watches the package being made; the auditor follows a clause
// to its records and their entries, takes the package away, and sees nothing else of the house.

import { statSync } from 'node:fs';
import { asPerson, DESK, must, press, readable, says, startBrowser, startServer, step, visit } from './harness.mjs';

const SECRETARIAT = '渡辺 由紀';
const AUDITOR = '小林 誠';
const NAME = '日本審査機構 更新審査';

export default async function () {
  const server = await startServer({ arguments: ['--today', '2026-11-24'] });
  const browser = await startBrowser();
  const house = { server, browser, audit: '' };
  const as = (name, sentence, does) =>
    step(`${name} ${sentence}`, () => asPerson(house, name, { viewport: DESK }, does));
  try {
    await as(SECRETARIAT, 'plans an audit, watches its package being made and takes it', (page) => plans(page, house));
    await as(SECRETARIAT, 'invites the external auditor', (page) => invites(page, house));
    await as(AUDITOR, 'follows a clause to a record and its entry', (page) => follows(page, house));
    await as(AUDITOR, 'takes the package away', (page) => takes(page, house));
    await as(AUDITOR, 'sees nothing else of the house', (page) => seesNothingElse(page, house));
    await as(AUDITOR, 'finds the audit of the demo filled', (page) => findsTheDemo(page));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function plans(page, house) {
  await visit(page, '/audits');
  await page.fill('#name', NAME);
  await page.selectOption('#stage', 'renewal');
  await page.fill('#from_month', '2026-04');
  await page.fill('#to_month', '2026-10');
  await page.fill('#until_on', '2026-12-24');
  await page.getByLabel('キャンペーン運営部').check();
  await press(page, '審査を登録', /\/audits\/[^/]+$/);
  house.audit = new URL(page.url()).pathname;
  await page.getByRole('button', { name: '審査用ファイルを作る' }).click();
  // While it is made the page renews itself; how far it is can be gone before anybody looks.
  await page.getByRole('button', { name: '受け取る' }).waitFor({ timeout: 60_000 });
  await says(page, 'UNWITNESSED size=');
  await readable(page);
  await fetched(page);
}

async function invites(page, house) {
  await visit(page, house.audit);
  await page.fill('#invite-name', AUDITOR);
  await page.fill('#invite-email', 'makoto.kobayashi@audit.example');
  await press(page, '審査員を招く', (url) => url.pathname.startsWith(house.audit));
  await says(page, 'makoto.kobayashi@audit.example');
}

async function follows(page, house) {
  await visit(page, '/audits');
  await page.getByRole('link', { name: NAME }).click();
  must(new URL(page.url()).pathname === house.audit, 'the list leads to the audit');
  await page.locator('a[href$="/records/answer"]').click();
  await readable(page);
  await page.locator('tbody th a').first().click();
  await says(page, 'この内容に関わる記録');
  await readable(page);
  await page.locator('a[href*="/entries/"]').first().click();
  await says(page, '包含証明');
  await readable(page);
  for (const other of ['カスタマーサービス部', '総務部', '情報システム課']) {
    must(!(await page.content()).includes(other), `another department is named: ${other}`);
  }
}

async function takes(page, house) {
  await visit(page, house.audit);
  await fetched(page);
}

async function seesNothingElse(page, house) {
  for (const address of ['/assets', '/risks', '/board', '/record', '/settings/people', '/erasures']) {
    const answer = await page.goto(address);
    must([403, 404].includes(answer.status()), `GET ${address} answered ${answer.status()}`);
  }
  await visit(page, house.audit);
  must((await page.getByRole('button', { name: '作り直す' }).count()) === 0, 'an auditor makes no package');
}

async function findsTheDemo(page) {
  await visit(page, '/audits');
  await page.getByRole('link', { name: '見本認証機構 サーベイランス審査' }).click();
  await page.locator('a[href*="/records/"]').first().waitFor();
  await readable(page);
}

/** Presses the button and saves what comes: a zip with something in it. */
async function fetched(page) {
  const coming = page.waitForEvent('download');
  await page.getByRole('button', { name: '受け取る' }).click();
  const file = await coming;
  must(file.suggestedFilename().endsWith('.zip'), file.suggestedFilename());
  must(statSync(await file.path()).size > 10_000, 'the package is empty');
}
