// The monthly sheet at a phone's width: the draft saves itself, two persons write the same sheet, one is signed out.

import { act, arrive as visit, asPerson, axe, must, noSidewaysScroll, startBrowser, startServer, step } from './harness.mjs';

const PHONE = { width: 390, height: 844 };
const MEMBER = '佐藤 美咲';
const HEAD = '田中 健一';

export default async function () {
  const server = await startServer();
  const browser = await startBrowser();
  const house = { server, browser };
  try {
    await step('what is typed on the sheet saves itself', () => savesItself(house));
    await step('who comes second keeps hers by a press', () => disputed(house, '一度目', keepMine));
    await step('who comes second may leave what stands', () => disputed(house, '二度目', keepTheirs));
    await step('who was signed out comes back to what was typed', () => signedOut(house));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function savesItself(house) {
  await as(house, MEMBER, async (page) => {
    const sheet = await openSheet(page);
    await write(page, '下書きのまま保存される言葉');
    await told(page, '保存しました');
    must((await stands(page, sheet)) === '下書きのまま保存される言葉', 'the draft is not on the server');
  });
}

/** The head saves first; the member's own words wait above her form until she chooses. */
async function disputed(house, turn, choose) {
  const [hers, his] = [`担当が後から書いた${turn}`, `部門長が先に書いた${turn}`];
  await as(house, MEMBER, async (page) => {
    await as(house, HEAD, async (other) => {
      const sheet = await openSheet(page);
      await visit(other, sheet);
      await write(other, his);
      await told(other, '保存しました');
      await write(page, hers);
      await told(page, 'ほかの人が先に保存');
      must((await note(page).inputValue()) === hers, 'what was typed is gone');
      await page.locator('[data-saved] a').click();
      must(await page.locator('#said').evaluate((block) => block === document.activeElement), 'the link leads nowhere');
      const said = await page.locator('#said').innerText();
      must(said.includes(his) || (await page.locator('main').innerText()).includes(his), `the other's words are not shown:\n${said}`);
      await look(page);
      await choose(page, sheet, hers, his);
    });
  });
}

async function keepMine(page, sheet, hers) {
  await press(page, '#said button');
  must((await stands(page, sheet)) === hers, 'hers was not kept');
}

async function keepTheirs(page, sheet, hers, his) {
  await page.locator('#said a.button').click();
  await page.waitForLoadState('networkidle');
  must((await note(page).inputValue()) === his, 'the page does not show what stands');
  must((await stands(page, sheet)) === his, 'what stood was overwritten');
}

async function signedOut(house) {
  await as(house, MEMBER, async (page) => {
    const sheet = await openSheet(page);
    await endSession(page);
    await write(page, '期限の切れたあとの言葉');
    await told(page, 'サインアウトしています');
    await look(page);
    await page.locator('[data-saved] button').click();
    await page.getByRole('button').filter({ hasText: MEMBER }).first().click();
    await page.getByText('期限の切れたあとの言葉').waitFor();
    await look(page);
    await press(page, 'form[method=post] button.primary');
    must((await stands(page, sheet)) === '期限の切れたあとの言葉', 'what was typed is not on the server');
  });
}

// ---- Small things -------------------------------------------------------------------------------------------------

const as = (house, name, does) => asPerson(house, name, { viewport: PHONE }, does);

/** Opens the sheet of the running month that can still be written; gives its address. */
async function openSheet(page) {
  await visit(page, '/inspections');
  for (const link of await page.locator('main a[href^="/inspections/"]').all()) {
    const address = await link.getAttribute('href');
    await visit(page, address);
    if (await page.locator('form[data-autosave]').count()) return address;
    await visit(page, '/inspections');
  }
  throw new Error('no sheet can be written');
}

const note = (page) => page.locator('fieldset.item:not(.carried) [name^="note."]').first();

async function write(page, words) {
  const item = page.locator('fieldset.item:not(.carried)').first();
  await item.locator('.choice input').nth(1).check({ force: true });
  await note(page).fill(words);
}

/** Ends the session on the server alone; the browser still holds its cookie, as after a long rest. */
async function endSession(page) {
  const cookies = await page.context().cookies();
  await act(page, '/sign-out', {});
  await page.context().addCookies(cookies);
}

const told = (page, words) =>
  page.waitForFunction((text) => document.querySelector('[data-saved]').textContent.includes(text), words);

async function stands(page, sheet) {
  await visit(page, sheet);
  return note(page).inputValue();
}

async function press(page, selector) {
  await Promise.all([
    page.waitForResponse((response) => response.request().method() === 'POST'),
    page.locator(selector).first().click(),
  ]);
  await page.waitForLoadState('networkidle');
}

async function look(page) {
  const found = await axe(page);
  must(found.length === 0, `axe:\n${found.join('\n')}`);
  await noSidewaysScroll(page);
  if (process.env.PICTURES) await page.screenshot({ path: `${process.env.PICTURES}/sheet-${Date.now()}.png` });
}
