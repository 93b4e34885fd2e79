// The statement of applicability in a real browser: a control of the company's own is decided on, what the plan uses cannot be
// excluded, the next version is submitted, approved by somebody else, compared and taken out as a file.

import { readFileSync } from 'node:fs';
import { asPerson, DESK, must, PHONE, press, readable, says, startBrowser, startServer, step, visit } from './harness.mjs';

const SECRETARIAT = '渡辺 由紀';
const EXECUTIVE = '山本 隆';
const MEMBER = '佐藤 美咲';

export default async function () {
  const server = await startServer({ arguments: ['--today', '2026-11-24'] });
  const browser = await startBrowser();
  const house = { server, browser, version: '' };
  const as = (name, sentence, does, viewport = DESK) =>
    step(`${name} ${sentence}`, () => asPerson(house, name, { viewport }, does));
  try {
    await as(SECRETARIAT, 'writes lines by keyboard, on a phone too', (page) => writes(page), PHONE);
    await as(SECRETARIAT, 'cannot exclude what the plan uses', (page) => excludes(page));
    await as(SECRETARIAT, 'fills in what is left and submits', (page) => submits(page, house));
    await as(EXECUTIVE, 'approves the next version', (page) => approves(page, house));
    await as(SECRETARIAT, 'compares both and takes them out', (page) => compares(page, house));
    await as(MEMBER, 'reads what was approved', (page) => reads(page, house));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function writes(page) {
  await visit(page, '/statement/lines?section=people');
  await readable(page);
  const reason = page.locator('#reason-6_1');
  await reason.focus();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('職業安定法の指針に沿った採用時の確認');
  await press(page, '保存', /\/statement\/lines\?section=people$/);
  await says(page, '1件の管理策を保存しました');
  must((await reason.inputValue()).startsWith('職業安定法'), 'the reason is kept');
}

async function excludes(page) {
  await visit(page, '/statement?show=applied');
  const used = page.locator('tbody tr', { hasText: 'リスク対応（' }).first();
  const title = (await used.locator('th a').innerText()).trim();
  await used.locator('input[name=control]').check();
  await page.selectOption('#decision', 'excluded');
  await page.fill('#exclusion', '使わないため');
  await page.getByRole('button', { name: '適用・理由を入れる' }).click();
  await says(page, '対応計画の行が使っているため、適用除外にできません');
  must((await page.inputValue('#exclusion')) === '使わないため', 'what was typed is still there');
  await visit(page, '/statement');
  must(title.length > 3, 'a control that the plan uses is on the page');
}

async function submits(page, house) {
  await visit(page, '/statement');
  await readable(page);
  await says(page, '第1版の承認後に');
  await page.getByRole('link', { name: 'X.1 委託元ごとの取扱い手順の説明' }).click();
  await page.selectOption('#decision-X_1', 'applied');
  await page.locator('input[name="inclusion-X_1"][value=contract]').check();
  await page.selectOption('#implementation-X_1', 'planned');
  await readable(page);
  await press(page, '保存', /\/statement\/controls\/X\.1$/);
  await visit(page, '/statement');
  await press(page, '提出する', /\/statement\/versions\/[^/]+$/);
  house.version = new URL(page.url()).pathname;
  await says(page, '第2版');
  must((await page.getByRole('button', { name: 'この版を承認' }).count()) === 0, 'who wrote it may approve it');
}

async function approves(page, house) {
  await visit(page, '/');
  await says(page, '適用宣言書の承認');
  await visit(page, house.version);
  await readable(page);
  await press(page, 'この版を承認', new RegExp(`${house.version}$`));
  await says(page, '承認済み');
}

async function compares(page, house) {
  await visit(page, '/statement/comparison?from=1&to=2');
  await readable(page);
  await says(page, '職業安定法の指針に沿った採用時の確認');
  await says(page, '新しい管理策');
  await visit(page, house.version);
  const waiting = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSVで保存' }).click();
  const lines = readFileSync(await (await waiting).path(), 'utf8').split('\r\n').filter((line) => /^[\dX]+\.\d+,/.test(line));
  must(lines.length === 94, `the file has ${lines.length} controls`);
}

async function reads(page, house) {
  await visit(page, house.version);
  await readable(page, { dark: true });
  must((await page.locator('main').innerText()).includes('X.1'), 'a member reads the version');
}
