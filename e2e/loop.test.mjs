// The whole loop in a real browser, as five persons: import → inventory → assessment → plan → objective and
// check item → a month with a × → head → returned → again → checked → closed → report, and no break is left.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { arrive, asPerson, must, readable, startBrowser, startServer, step, visit } from './harness.mjs';

const SAMPLE = join(dirname(fileURLToPath(import.meta.url)), '..', 'samples', 'asset-register-ipa.xlsx');
const DEPARTMENT = 'キャンペーン運営部';
const MONTH = '2026-10';
const MEMBER = '佐藤 美咲';
const HEAD = '田中 健一';
const SECRETARIAT = '渡辺 由紀';
const EXECUTIVE = '山本 隆';
const AUDITOR = '中村 彩';

export default async function () {
  const data = mkdtempSync(join(tmpdir(), 'meguri-loop-'));
  const browser = await startBrowser();
  const house = { data, browser, department: '' };
  try {
    await on(house, '2026-10-05', fromImportToPlan);
    await on(house, '2026-10-30', theMonthIsWritten);
    await on(house, '2026-11-04', theMonthIsClosed);
  } finally {
    await browser.close();
    rmSync(data, { recursive: true, force: true });
  }
}

/** Runs the program over the same data on a day. */
async function on(house, today, act) {
  const server = await startServer({ data: house.data, arguments: ['--bare', '--today', today] });
  try {
    await act({ ...house, as: (name, sentence, does) => walk(house, server, name, sentence, does) }, house);
  } finally {
    await server.stop();
  }
}

/** One person's step, signed in, with no request to the outside. */
async function walk(house, server, name, sentence, does) {
  const desk = { viewport: { width: 1280, height: 900 } };
  const done = await step(`${name} ${sentence}`, () => asPerson({ ...house, server }, name, desk, does));
  must(done, `the loop stopped where ${name} ${sentence}`);
}

async function fromImportToPlan({ as }, house) {
  await as(EXECUTIVE, 'approves the risk criteria', async (page) => {
    await visit(page, '/criteria');
    await send(page, '/approval');
  });
  await as(SECRETARIAT, 'imports the register from Excel', async (page) => {
    await visit(page, '/assets/import');
    await page.locator('input[type=file]').setInputFiles(SAMPLE);
    await send(page, '/assets/import');
    await page.waitForURL(/\/assets\/import\/[^/]+/);
    await says(page, '49');
    await send(page, '/confirmation');
    await visit(page, '/assets');
    await says(page, '49件');
  });
  await as(SECRETARIAT, "opens the year's inventory", async (page) => {
    await visit(page, '/inventory');
    await send(page, '/inventory/opening');
    const link = page.getByRole('link', { name: new RegExp(DEPARTMENT) }).first();
    house.department = (await link.getAttribute('href')).split('/').at(-1).split('?')[0];
  });
  const inventory = `/inventory/${house.department}`;
  await as(MEMBER, 'confirms every row and submits', async (page) => {
    await arrive(page, inventory);
    await confirmByKeyboard(page);
    await visit(page, inventory);
    await send(page, '/submission');
  });
  await as(HEAD, 'approves the inventory', async (page) => {
    await visit(page, inventory);
    await send(page, '/approval');
  });
  await as(SECRETARIAT, 'accepts the inventory', async (page) => {
    await visit(page, inventory);
    await send(page, '/acceptance');
  });
  const risks = `/risks/${house.department}`;
  await as(MEMBER, 'judges a threat to every asset, two of them high', async (page) => {
    await visit(page, risks);
    const links = await page.locator('main a[href*="/risks/assets/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
    const assets = [...new Set(links.map((href) => href.split(/[?#]/)[0]))];
    must(assets.length > 3, `only ${assets.length} assets to judge`);
    for (const [index, address] of assets.entries()) {
      await visit(page, address);
      await judge(page, 0, index < 1 ? 3 : 1);
      if (index === 0) await judge(page, 1, 3);
    }
    await visit(page, risks);
    await send(page, '/submission');
  });
  await as(HEAD, 'approves the assessment', async (page) => {
    await visit(page, risks);
    await send(page, '/approval');
  });
  await as(MEMBER, 'answers both high risks in the plan', async (page) => {
    await answer(page, house, 'objective', '持出しの承認手順を見直し、全員に周知する');
    await answer(page, house, 'check_item', '退社時に書庫の施錠を確かめ、記録する');
  });
  await as(HEAD, 'approves both plan rows', async (page) => {
    await visit(page, `/plan?department=${house.department}`);
    const rows = page.locator('a[href*="/plan/rows/"]');
    const addresses = await rows.evaluateAll((all) => [...new Set(all.map((a) => a.getAttribute('href').split(/[?#]/)[0]))]);
    must(addresses.length === 2, `${addresses.length} plan rows wait for approval, not 2`);
    for (const address of addresses) {
      await visit(page, address);
      await send(page, '/approval');
    }
  });
}

async function theMonthIsWritten({ as }, house) {
  const sheet = `/inspections/${house.department}/${MONTH}`;
  await as(MEMBER, 'answers the item with × and submits the sheet', async (page) => {
    await visit(page, sheet);
    await fillCross(page, '鍵の管理簿に記入漏れが3日分あった。');
    await submitSheet(page);
  });
  await as(MEMBER, 'reviews the objective', async (page) => {
    await visit(page, '/objectives');
    const objective = await page.locator('main a[href^="/objectives/"]:not([href$="/new"])').first().getAttribute('href');
    const id = objective.split('/')[2].split(/[?#]/)[0];
    await visit(page, `/objectives/${id}/reviews/${MONTH}`);
    await page.locator('[name=discussed]').fill('持出しの現状を聞き取り、承認の流れを話し合った。');
    await page.locator('[name=decided]').fill('申請は前日までに部門長へ出す。');
    await page.locator('textarea[name=next]').fill('手順書の案を作る。');
    await page.locator('[name=figure]').fill('承認率 60%');
    await submitReview(page);
  });
  await as(HEAD, 'confirms the month', async (page) => {
    await confirmMonth(page, house);
  });
}

async function theMonthIsClosed({ as }, house) {
  const sheet = `/inspections/${house.department}/${MONTH}`;
  const cell = `/board/${house.department}/${MONTH}`;
  await as(SECRETARIAT, 'returns the sheet with a reason', async (page) => {
    await visit(page, sheet);
    await page.locator('form[action$="/return"] [name=reason]').fill('記入漏れの日付を書いてください。');
    await send(page, '/return');
    await visit(page, sheet);
    await says(page, '記入漏れの日付を書いてください。');
  });
  await as(MEMBER, 'mends it and submits again', async (page) => {
    await visit(page, sheet);
    await says(page, '記入漏れの日付を書いてください。');
    await fillCross(page, '10月6日・7日・8日の鍵の管理簿に記入漏れがあった。');
    await submitSheet(page);
  });
  await as(HEAD, 'confirms it again', async (page) => {
    await confirmMonth(page, house);
  });
  await as(SECRETARIAT, 'checks the month and closes it', async (page) => {
    await visit(page, cell);
    await send(page, '/check');
    await visit(page, cell);
    await send(page, '/closing');
    await visit(page, cell);
    await says(page, '締め');
  });
  await as(SECRETARIAT, 'prints the report with the root of the log', async (page) => {
    await visit(page, `/report?month=${MONTH}`);
    await says(page, DEPARTMENT);
    const text = await page.locator('main').innerText();
    must(/[0-9a-f]{64}/.test(text.replace(/\s/g, '')), 'the report carries no root of the log');
  });
  await as(SECRETARIAT, 'sees no break left for the department', async (page) => {
    await visit(page, `/breaks?department=${house.department}`);
    await says(page, '切れ目はありません');
  });
  await as(SECRETARIAT, 'follows the × back to its asset', async (page) => {
    await visit(page, `/corrections?department=${house.department}`);
    const correction = await page.locator('main a[href^="/corrections/"]').first().getAttribute('href');
    await visit(page, correction);
    await page.getByRole('link', { name: 'つながりを見る' }).click();
    await page.locator('ol.chain').waitFor();
    await readable(page);
    const steps = await page.locator('ol.chain > li h2').allInnerTexts();
    must(steps.join() === '情報資産,リスク,対応計画,目標・点検項目,毎月の記録,是正処置', `the steps are ${steps}`);
    const answer = await page.locator('ol.chain a[href^="/inspections/"]').first().getAttribute('href');
    must(answer.includes(`/${MONTH}`), `the answer is ${answer}`);
    await page.locator('ol.chain a[href^="/assets/"]').click();
    await page.waitForURL(/\/assets\/[^/]+$/);
  });
  await as(AUDITOR, 'verifies the record log', async (page) => {
    await visit(page, '/record');
    await send(page, '/record/verification');
    await says(page, /一致|PASS|問題/);
  });
}

/** Two rows with 1, a look at the forms behind 2 and 3, all the rest but one with one press, and that one with 1. */
async function confirmByKeyboard(page) {
  const rows = page.locator('tr[data-row]');
  const open = page.locator("tr[data-row] [data-key='1']");
  const here = () => page.evaluate(() => [...document.querySelectorAll('tr[data-row]')].findIndex((row) => row.contains(document.activeElement)));
  const all = await rows.count();
  const left = (count) => page.waitForFunction((n) => document.querySelectorAll("tr[data-row] [data-key='1']").length === n, count);
  await page.keyboard.press('j');
  must((await here()) === 0, 'J does not lead to the first row that waits');
  await page.keyboard.press('1');
  await left(all - 1);
  must((await here()) === 1, 'after 1 the next row does not have the focus');
  await page.keyboard.press('1');
  await left(all - 2);
  await page.keyboard.press('k');
  must((await here()) === 1, 'K does not lead back');
  await page.keyboard.press('ArrowDown');
  must((await here()) === 2, 'the arrow does not lead on');
  await page.keyboard.press('3');
  must(await rows.nth(2).locator("[data-key='3'] input:not([type=hidden])").first().evaluate((field) => field === document.activeElement), '3 does not ask for the reason');
  must((await open.count()) === all - 2, 'a look has changed something');
  await arrive(page, page.url());
  await rows.nth(2).locator('input[type=checkbox]').check();
  await answered(page, () => page.locator('#rest button').click());
  await left(1);
  await page.keyboard.press('j');
  must((await here()) === 2, 'J does not lead to the one row that waits');
  await page.keyboard.press('1');
  await left(0);
}

/** Judges the n-th proposal of the page with one score for both questions. */
async function judge(page, index, score) {
  const form = page.locator('form.judge').nth(index);
  await form.locator(`input[name=threat][value="${score}"]`).check({ force: true });
  await form.locator(`input[name=vulnerability][value="${score}"]`).check({ force: true });
  await answered(page, () => form.locator('button').last().click());
}

/** Writes the plan row of the next unanswered risk. */
async function answer(page, house, destination, task) {
  await visit(page, `/plan?department=${house.department}`);
  const link = page.locator('a[href*="/plan/risks/"]').first();
  await visit(page, await link.getAttribute('href'));
  await page.locator('input[name=policy][value=reduce]').check({ force: true });
  await page.locator('[name=task]').fill(task);
  await page.locator('[name=owner]').fill('営業担当リーダー');
  await page.locator('[name=due_on]').fill('2027-03-31');
  await page.locator('form.judge input[name=threat][value="1"]').check({ force: true });
  await page.locator('form.judge input[name=vulnerability][value="1"]').check({ force: true });
  await page.locator(`input[name=destination][value=${destination}]`).check({ force: true });
  const form = page.locator('form[method=post]', { has: page.locator('[name=task]') });
  await answered(page, () => form.locator('button.primary, button').last().click());
}

async function fillCross(page, note) {
  const item = page.locator('fieldset.item:not(.carried)').first();
  await item.locator('input[value=bad]').check({ force: true });
  await item.locator('[name^="note."]').fill(note);
  await item.locator('[name^="cause."]').fill('当番の引継ぎが口頭だけだった。');
  await item.locator('[name^="fix."]').fill('当番表を掲示し、朝礼で確かめる。');
  await item.locator('[name^="owner."]').fill('総務リーダー');
  await item.locator('[name^="due_on."]').fill('2026-12-20');
}

async function submitSheet(page) {
  await answered(page, () => page.locator('form.inspection button.primary').click());
  await page.waitForURL(/\/submission/);
  await send(page, '/submission');
}

async function submitReview(page) {
  const form = page.locator('form[method=post]', { has: page.locator('[name=discussed]') });
  await answered(page, () => form.locator('button.primary').click());
  const submission = page.locator('form[action$="/submission"]');
  if (await submission.count()) await send(page, '/submission');
}

async function confirmMonth(page, house) {
  await visit(page, `/board/${house.department}/${MONTH}`);
  await send(page, '/confirmation');
}

/** Presses the button of the first form whose action ends so, says yes where it is asked, and waits for the answer. */
async function send(page, ending, button = 'button') {
  const form = page.locator(`main form[action*="${ending}"]`).filter({ has: page.locator(button) }).first();
  await answered(page, () => form.locator(button).first().click());
}

async function answered(page, press) {
  const [answer] = await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    press().then(() => agree(page)),
  ]);
  await page.waitForLoadState('networkidle');
  const status = answer.status();
  must(status < 400, `the form was refused with ${status}: ${await page.locator('main').innerText().catch(() => '')}`.slice(0, 600));
}

async function agree(page) {
  const yes = page.locator('#confirm[open] [data-yes]');
  if (await yes.isVisible().catch(() => false)) await yes.click();
}

async function says(page, words) {
  const text = await page.locator('body').innerText();
  const found = words instanceof RegExp ? words.test(text) : text.includes(words);
  must(found, `the page does not say ${words}:\n${text.slice(0, 800)}`);
}
