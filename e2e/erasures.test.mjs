// An erasure in a real browser: one person asks, the same person may not approve, a second one does; from then on the record
// says that it was erased, and by which entry.

import { asPerson, DESK, must, press, readable, says, startBrowser, startServer, step, visit } from './harness.mjs';

const SECRETARIAT = '渡辺 由紀';
const EXECUTIVE = '山本 隆';

export default async function () {
  const server = await startServer({ arguments: ['--today', '2026-11-24'] });
  const browser = await startBrowser();
  const house = { server, browser, asset: '', name: '', erasure: '', entry: '' };
  const as = (name, sentence, does) =>
    step(`${name} ${sentence}`, () => asPerson(house, name, { viewport: DESK }, does));
  try {
    await as(SECRETARIAT, 'asks for an erasure and may not approve it', (page) => asks(page, house));
    await as(EXECUTIVE, 'approves it and sees it done', (page) => approves(page, house));
    await as(SECRETARIAT, 'finds the mark in the place of the text', (page) => finds(page, house));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function asks(page, house) {
  await visit(page, '/assets');
  const row = page.locator('main tbody tr').first();
  house.asset = (await row.locator('a[href^="/assets/"]').getAttribute('href')).split('/').at(-1);
  house.name = (await row.locator('th').innerText()).trim();
  must(house.name.length > 1, 'the first asset has a name');
  await visit(page, `/erasures/new?object=asset/${house.asset}`);
  await readable(page);
  await page.selectOption('#ground', 'request');
  await page.fill('#reason', '受付番号12の請求による');
  await press(page, '消去を依頼', /\/erasures\/[^/]+$/);
  house.erasure = new URL(page.url()).pathname;
  await says(page, '自分が依頼した消去は、自分では承認できません');
  must((await page.getByRole('button', { name: '承認して消去' }).count()) === 0, 'who asked may approve');
}

async function approves(page, house) {
  await visit(page, house.erasure);
  await page.waitForLoadState('networkidle');
  await readable(page);
  await page.getByRole('button', { name: '承認して消去' }).click();
  await page.getByRole('button', { name: '消去する', exact: true }).click();
  await page.locator('a[href^="/record/"]').first().waitFor();
  await says(page, '消去済み');
  house.entry = (await page.locator('main a[href^="/record/"]').first().innerText()).trim();
  must(/^\d+$/.test(house.entry), `the entry is ${house.entry}`);
  await readable(page);
}

async function finds(page, house) {
  const mark = `〔消去済 記録${house.entry}〕`;
  await visit(page, `/assets/${house.asset}`);
  await says(page, mark);
  must(!(await page.locator('main').innerText()).includes(house.name), 'the erased name is on the page');
  await visit(page, `/record/${house.entry}`);
  await says(page, '消去');
  const search = `/search?q=${encodeURIComponent(house.name)}`;
  await visit(page, search);
  const links = await page.locator(`main a[href="/assets/${house.asset}"]`).count();
  must(links === 0, 'the search finds what was erased');
}
