// The register as a sheet: a block pasted, undone and disputed, with the mouse and with the keyboard alone; what does not
// fit, what had no answer, who was signed out; and the plain table without JavaScript.

import {
  act, arrive as visit, asPerson, axe, must, noConsoleErrors, noOutside, openPage, signInAs, startBrowser, startServer, step,
} from './harness.mjs';

const DESK = { width: 1280, height: 900 };
const PHONE = { width: 390, height: 844 };
const SECRETARIAT = '渡辺 由紀';
const MEMBER = '佐藤 美咲';
const HIGH = 20;
// 業務分類 … 個人情報: eight columns as they stand in the common workbook; 管理部署 among them cannot be written.
const BROAD = 8;
const NOTE = 3;
const SCORE = 11;

export default async function () {
  const server = await startServer();
  const browser = await startBrowser();
  const house = { server, browser };
  try {
    await step('a block of 20 × 8 is pasted, saved, undone and done again', () => withMouse(house));
    await step('who comes second sees both values in the cell and chooses', () => disputed(house));
    await step('the same with the keyboard only', () => withKeys(house));
    await step('what does not fit is told at its cell and the rest of the row stays typed', () => unfit(house));
    await step('one entry is written to all selected cells, and the upper cell is filled down', () => many(house));
    await step('what had no answer stays and is saved when the line is back', () => offline(house));
    await step('who was signed out loses nothing', () => signedOut(house));
    await step('a block that does not fit the page is refused in words', () => tooLarge(house));
    await step('the next 200 rows are there without a wait', () => turning(house));
    await step('the ledger has its columns, and columns and filters are a person’s own', () => ledger(house));
    await step('without JavaScript it is a table whose names lead to their rows', () => plain(house));
    await step('on a phone a cell is written with the thumb', () => phone(house));
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function withMouse(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets');
    const before = await block(page, 0, 1);
    const wanted = changed(before, 'から貼り付け');
    await cell(page, 0, 1).click();
    await toClipboard(page, wanted);
    await page.keyboard.press('Control+v');
    same(await block(page, 0, 1), wanted, 'the pasted block is not on the page');
    await saved(page);
    await visit(page, '/assets');
    same(await block(page, 0, 1), wanted, 'the server does not hold the pasted block');
    const importance = await texts(page, 0, 14);
    must(importance.includes('3'), 'importance was not derived anew');

    await visit(page, '/assets');
    await cell(page, 0, 1).click();
    await toClipboard(page, changed(wanted, '二度目'));
    await page.keyboard.press('Control+v');
    await saved(page);
    await page.locator('[data-do=undo]').click();
    same(await block(page, 0, 1), wanted, 'undo did not bring the block back');
    await saved(page);
    await visit(page, '/assets');
    same(await block(page, 0, 1), wanted, 'the undone block is not what the server holds');

    // Undo back to the very first state, redo, and undo once more: history keeps each of them.
    await cell(page, 0, 1).click();
    await toClipboard(page, before);
    await page.keyboard.press('Control+v');
    await saved(page);
    await page.keyboard.press('Control+z');
    await saved(page);
    await page.keyboard.press('Control+y');
    await saved(page);
    await visit(page, '/assets');
    same(await block(page, 0, 1), before, 'redo did not bring the first block back');
  });
}

async function disputed(house) {
  await as(house, SECRETARIAT, async (page) => {
    await as(house, MEMBER, async (other) => {
      await visit(page, '/assets');
      await visit(other, '/assets');
      const [mine, theirs] = await shared(page, other);
      await visit(page, '/assets');
      // The member saves first: the note, and the users, which the secretariat does not touch.
      await type(other, theirs, NOTE, '担当者が書いた備考');
      await type(other, theirs, NOTE + 1, '担当者と部門長');
      await saved(other);
      const before = await block(page, 0, 1);
      const wanted = before.map((row) => row.map((text, at) => (at === NOTE - 1 ? `${text}／事務局` : text)));
      await cell(page, 0, 1).click();
      await toClipboard(page, wanted);
      await page.keyboard.press('Control+v');
      const box = cell(page, mine, NOTE).locator('.both');
      await box.waitFor();
      const both = await box.innerText();
      must(both.includes(wanted[mine][NOTE - 1]) && both.includes('担当者が書いた備考'), `both values are not there: ${both}`);
      must((await page.locator('.both:is(td, th)').count()) === 1, 'more than the one cell is disputed');
      clean(await axe(page), 'with a disputed cell');
      await says(page, 'ほかの人が先に更新しています');
      await box.getByRole('button', { name: /自分の入力を残す/ }).click();
      await saved(page);
      await visit(page, '/assets');
      must((await texts(page, mine, NOTE))[0] === wanted[mine][NOTE - 1], 'the chosen value was not saved');
      must((await texts(page, mine, NOTE + 1))[0] === '担当者と部門長', "the other person's own cell was lost");
      const rest = (await block(page, 0, 1)).filter((_, row) => row !== mine);
      same(rest, wanted.filter((_, row) => row !== mine), 'the rows without a dispute were not saved');
    });
  });
}

async function withKeys(house) {
  await as(house, SECRETARIAT, async (page) => {
    await as(house, MEMBER, async (other) => {
      await visit(page, '/assets');
      // A pointer that does anything is a failure of this step.
      await page.evaluate(() => {
        for (const name of ['pointerdown', 'mousedown', 'click']) document.addEventListener(name, (event) => event.isTrusted && event.detail && (window.touched = name), true);
      });
      await intoGrid(page);
      await press(page, 'Control+Home');
      // Copies the first 20 × 8 and pastes it over the next twenty rows.
      for (let n = 1; n < HIGH; n += 1) await press(page, 'Shift+ArrowDown');
      for (let n = 1; n < BROAD; n += 1) await press(page, 'Shift+ArrowRight');
      must((await page.locator('[aria-selected=true]').count()) === HIGH * BROAD, 'the selection is not 20 × 8');
      await press(page, 'Control+c');
      const from = await block(page, 0, 1);
      const before = await block(page, HIGH, 1);
      await press(page, 'Home');
      while ((await where(page)).row < HIGH) await press(page, 'ArrowDown');
      await press(page, 'Control+v');
      const written = (rows) => rows.map((row) => row.filter((_, at) => at !== 5));
      same(written(await block(page, HIGH, 1)), written(from), 'the block was not pasted');
      await saved(page);
      await press(page, 'Control+z');
      await saved(page);
      same(await block(page, HIGH, 1), before, 'undo did not bring the rows back');

      // The conflict, and the choice, with keys.
      await visit(other, '/assets');
      const [mine, theirs] = await shared(page, other);
      await type(other, theirs, NOTE, '先に書いた');
      await saved(other);
      await press(page, 'Control+Home');
      for (let n = 0; n < mine; n += 1) await press(page, 'ArrowDown');
      for (let n = 1; n < NOTE; n += 1) await press(page, 'ArrowRight');
      await page.keyboard.type('あとから書いた');
      await press(page, 'Enter');
      await cell(page, mine, NOTE).locator('.both').waitFor();
      await press(page, 'ArrowUp');
      await press(page, 'Enter');
      await press(page, 'ArrowDown');
      const button = await page.evaluate(() => document.activeElement.innerText);
      must(button.includes('先に書いた'), `the keyboard does not reach the other value: ${button}`);
      await press(page, 'Enter');
      await cell(page, mine, NOTE).locator('.both').waitFor({ state: 'detached' });
      must((await where(page)).column === NOTE, 'the choice did not lead back to its cell');
      must((await texts(page, mine, NOTE))[0] === '先に書いた', 'the other value was not taken');

      // F2 keeps what stands, Esc gives up, Enter takes it; Space sets a mark; End and Tab lead out.
      await press(page, 'F2');
      await page.keyboard.type('。');
      await press(page, 'Escape');
      must((await texts(page, mine, NOTE))[0] === '先に書いた', 'Esc did not give up');
      await press(page, 'F2');
      await page.keyboard.type('（確認済）');
      await press(page, 'Enter');
      await press(page, 'ArrowUp');
      await saved(page);
      await press(page, 'Home');
      for (let n = 1; n < BROAD; n += 1) await press(page, 'ArrowRight');
      const mark = (await texts(page, mine, BROAD))[0];
      await press(page, ' ');
      must((await texts(page, mine, BROAD))[0] === (mark ? '' : '○'), 'Space did not turn the mark');
      await press(page, 'Control+z');
      await saved(page);
      await press(page, 'End');
      await press(page, 'Tab');
      must(!(await inside(page)), 'Tab does not lead out of the table');
      await press(page, 'Shift+Tab');
      must(await inside(page), 'Shift+Tab does not lead back in');
      await press(page, 'Control+Enter');
      await page.locator('#panel[open] h1').waitFor();
      await press(page, 'Escape');
      must((await page.evaluate(() => window.touched)) === undefined, 'a pointer was used');
      await visit(page, '/assets');
      must((await texts(page, mine, NOTE))[0] === '先に書いた（確認済）', 'what the keys wrote was not saved');
    });
  });
}

async function unfit(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets');
    const [before] = await texts(page, 4, NOTE);
    const [score] = await texts(page, 4, SCORE);
    await type(page, 4, SCORE, '9');
    const wrong = cell(page, 4, SCORE);
    await wrong.locator('.why').waitFor();
    await type(page, 4, NOTE, '書きかけの備考');
    await page.waitForResponse((answer) => answer.url().endsWith('/assets/rows') && answer.status() === 422);
    await wrong.locator('.why').waitFor();
    must((await wrong.locator('.why').innerText()).includes('1から3の整数'), 'the cell does not say what would fit');
    must((await wrong.getAttribute('aria-invalid')) === 'true', 'the cell is not marked as invalid');
    must((await texts(page, 4, NOTE))[0] === '書きかけの備考', 'the other cell lost what was typed');
    must((await texts(page, 4, SCORE))[0] === '9', 'the wrong cell lost what was typed');
    await says(page, '保存していません');
    clean(await axe(page), 'with a cell that does not fit');
    const asks = await page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })));
    must(asks, 'leaving the page would not ask');
    const held = await onServer(page, 4);
    must(held.note === before && held.score === score, 'half of the row was saved');
    await page.locator('[data-do=next]').click();
    must((await where(page)).column === SCORE, 'the bar does not lead to the red cell');
    await page.keyboard.type('２');
    await page.keyboard.press('Enter');
    await saved(page);
    const now = await onServer(page, 4);
    must(now.note === '書きかけの備考' && now.score === '2', 'the mended row was not saved whole');
    await cell(page, 6, NOTE).dblclick();
    clean(await axe(page), 'with a cell in edit mode');
    await page.keyboard.press('Escape');
  });
}

async function many(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets');
    await cell(page, 8, NOTE).hover();
    await page.mouse.down();
    await cell(page, 9, NOTE + 1).hover();
    await cell(page, 11, NOTE + 2).hover();
    await page.mouse.up();
    must((await page.locator('[aria-selected=true]').count()) === 12, 'dragging did not select 4 × 3 cells');
    await page.keyboard.type('まとめて');
    await page.keyboard.press('Control+Enter');
    await saved(page);
    await visit(page, '/assets');
    for (const row of [8, 9, 10, 11]) must((await texts(page, row, NOTE, 3)).every((text) => text === 'まとめて'), `row ${row} was not written`);
    await type(page, 8, NOTE, '上の行');
    await cell(page, 8, NOTE).click();
    await cell(page, 11, NOTE).click({ modifiers: ['Shift'] });
    await page.keyboard.press('Control+d');
    await saved(page);
    await visit(page, '/assets');
    for (const row of [9, 10, 11]) must((await texts(page, row, NOTE))[0] === '上の行', `row ${row} was not filled`);
  });
}

async function offline(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets');
    await page.context().setOffline(true);
    await type(page, 2, NOTE, '電車の中で');
    await says(page, '通信が切れている');
    must((await texts(page, 2, NOTE))[0] === '電車の中で', 'what was typed is gone');
    // The line that comes back carries nothing yet: the sheet tries again by itself.
    await page.route('**/assets/rows', (route) => route.abort(), { times: 1 });
    await page.context().setOffline(false);
    await saved(page);
    // The server saves, the answer is lost: sent again it is not saved twice and disputes nothing.
    const before = (await onServer(page, 2)).version;
    await page.route('**/assets/rows', async (route) => (await route.fetch(), route.abort()), { times: 1 });
    await type(page, 2, NOTE, '返事が届かない');
    await says(page, '通信が切れている');
    await saved(page);
    const after = await onServer(page, 2);
    must(after.note === '返事が届かない' && after.version === before + 1, `saved ${after.version - before} times: ${after.note}`);
    must((await page.locator('.both').count()) === 0, 'the repetition disputes itself');
    forgive(page);
  });
}

async function signedOut(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets');
    await page.context().clearCookies();
    await type(page, 3, NOTE, '期限の切れたあとで');
    await says(page, 'サインインの期限が切れた');
    must(await page.locator('[data-do=sign-in]').isVisible(), 'there is no way to sign in');
    const tab = await page.context().newPage();
    await signInAs(tab, SECRETARIAT);
    await tab.close();
    await page.locator('[data-do=retry]').click();
    await saved(page);
    must((await onServer(page, 3)).note === '期限の切れたあとで', 'what was typed is not on the server');
    forgive(page);
  });
}

async function tooLarge(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets');
    const rows = await page.locator('tbody tr').count();
    await cell(page, rows - 1, NOTE).click();
    await toClipboard(page, [['あ'], ['い'], ['う']]);
    await page.keyboard.press('Control+v');
    await says(page, '3行に対して、ここから下には1行しかありません');
    await cell(page, 0, 15).click();
    await toClipboard(page, [['あ', 'い', 'う']]);
    await page.keyboard.press('Control+v');
    await says(page, '3列に対して、ここから右には2列しかありません');
    must((await page.locator('.unsaved, .saving').count()) === 0, 'something was pasted all the same');
    await cell(page, 0, 6).click();
    await page.keyboard.press('x');
    await says(page, 'この列はここでは変えられません');
  });
}

async function turning(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets/new');
    const department = await page.locator('select[name=department] option').nth(1).getAttribute('value');
    const asset = (n) => ({ department, name: `頁送り${String(n).padStart(3, '0')}`, medium: '書類', confidentiality: '1', integrity: '1', availability: '1' });
    for (let n = 0; n < 420; n += 1) await act(page, '/assets', asset(n));
    await visit(page, '/assets?sort=-registered&q=%E9%A0%81%E9%80%81%E3%82%8A');
    must((await page.locator('tbody tr').count()) === 200, 'the first page has no 200 rows');
    await page.waitForLoadState('networkidle');
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await cell(page, 199, NOTE).click();
    await page.keyboard.type('一頁目');
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.querySelector('[data-grid]').dataset.first === '201');
    must((await where(page)).row === 0 && (await where(page)).column === NOTE, 'the arrow did not lead on to the next page');
    must((await inside(page)) && (await page.locator('tbody tr').first().getAttribute('aria-rowindex')) === '202', 'the rows are not counted on');
    must(!asked.some((url) => url.includes('page=2') && !url.includes('/rows')), 'the next page was asked for only now');
    await page.keyboard.press('ArrowUp');
    await page.waitForFunction(() => document.querySelector('[data-grid]').dataset.first === '1');
    await saved(page);
    must((await texts(page, 199, NOTE))[0] === '一頁目', 'the row on the page before lost its text');
    must((await onServer(page, 199)).note === '一頁目', 'the row on the page before was not saved');
  });
}

async function ledger(house) {
  await as(house, SECRETARIAT, async (page) => {
    await visit(page, '/assets?view=ledger');
    const heads = await page.locator('thead th[data-f]').evaluateAll((all) => all.map((head) => head.dataset.f));
    must(heads.includes('purpose') && heads.includes('client') && !heads.includes('integrity'), `the ledger shows ${heads}`);
    const entrusted = heads.indexOf('entrusted') + 1;
    await cell(page, 0, entrusted).click();
    await page.keyboard.press(' ');
    await saved(page);
    await cell(page, 0, 1).locator('.lack').waitFor();
    await visit(page, '/assets?view=ledger&entrusted=lacking');
    must((await page.locator('tbody tr').count()) === 1, 'the filter does not find the incomplete row');
    must((await page.locator('.lack').innerText()).includes('委託元が未記入です。'), 'the row does not say what it lacks');
    await page.locator('details.menu', { hasText: '条件の保存' }).locator('summary').click();
    await page.locator('#filter-name').fill('受託の確認');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.locator('a.chip', { hasText: '受託の確認' }).waitFor();
    await page.getByRole('link', { name: '列を選ぶ' }).click();
    const panel = page.locator('#panel[open]');
    await panel.locator('input[value=consent]').uncheck();
    await panel.locator('button.primary').click();
    await panel.getByText('表示する列を保存しました。').waitFor();
    await panel.locator('[data-close]').click();
    await page.waitForFunction(() => !document.querySelector('thead [data-f=consent]'));
    must((await page.locator('table[role=grid]').count()) === 1, 'the refreshed list is no grid');
    const client = await page.locator('thead [data-f=client]').evaluate((head) => head.cellIndex);
    await type(page, 0, client, '株式会社例');
    await saved(page);
    must(!(await cell(page, 0, 1).innerText()).includes('委託元が未記入'), 'the row still asks for its client');
  });
}

async function plain(house) {
  const page = await openPage(house.browser, house.server, { viewport: DESK, javaScriptEnabled: false });
  try {
    await signInAs(page, SECRETARIAT);
    await page.goto('/assets');
    must((await page.locator('table[role=grid]').count()) === 0, 'a grid without a script that serves it');
    must(!(await page.locator('#gridbar').isVisible()), 'the bar is there although nothing fills it');
    const link = page.locator('tbody th a').first();
    const name = await link.innerText();
    await link.click();
    must((await page.locator('h1').innerText()) === name, 'the name does not lead to its row');
    await page.locator('textarea[name=note]').fill('手で書いた');
    await page.locator('form.card button.primary').first().click();
    must((await page.locator('textarea[name=note]').inputValue()) === '手で書いた', 'the edit page does not save');
    await page.goto('/assets/columns');
    await page.getByRole('button', { name: '後へ：業務分類' }).click();
    await page.goto('/assets');
    must((await page.locator('thead th').nth(1).innerText()).includes('情報資産名称'), 'the column did not move');
    await page.goto('/assets/columns');
    await page.getByRole('button', { name: '標準に戻す' }).click();
    noOutside(page);
  } finally {
    await page.context().close();
  }
}

async function phone(house) {
  const page = await openPage(house.browser, house.server, { viewport: PHONE, hasTouch: true, isMobile: true });
  try {
    await signInAs(page, SECRETARIAT);
    await visit(page, '/assets');
    const target = cell(page, 1, NOTE);
    await target.tap();
    await target.tap();
    await page.keyboard.type('親指で');
    await page.keyboard.press('Enter');
    await saved(page);
    must((await onServer(page, 1)).note.includes('親指で'), 'the thumb wrote nothing');
    clean(await axe(page), 'on a phone');
    noConsoleErrors(page);
  } finally {
    await page.context().close();
  }
}

// ---- Small things -------------------------------------------------------------------------------------------------

const as = (house, name, does) => asPerson(house, name, { viewport: DESK, permissions: ['clipboard-read', 'clipboard-write'] }, does);

const cell = (page, row, column) => page.locator(`table[data-grid] tbody tr:nth-child(${row + 1}) > :nth-child(${column + 1})`);
const press = (page, keys) => page.keyboard.press(keys);

async function type(page, row, column, text) {
  await cell(page, row, column).click();
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
}

/** What cells say, without the notes in them and the editor over them. */
function texts(page, row, column, count = 1) {
  return page.evaluate(([row, column, count]) => {
    const read = (node) => [...node.childNodes].filter((child) => !child.matches?.('small, textarea, .both')).map((child) => child.textContent).join('');
    return [...document.querySelector('table[data-grid]').tBodies[0].rows[row].cells].slice(column, column + count).map(read);
  }, [row, column, count]);
}

async function block(page, row, column) {
  const lines = [];
  for (let n = 0; n < HIGH; n += 1) lines.push(await texts(page, row + n, column, BROAD));
  return lines;
}

/** A block in which every writable cell differs: words get an ending, marks turn. 管理部署 stays. */
function changed(rows, ending) {
  const turn = (text, at) => (at === 5 ? text : at === 7 ? (text ? '' : '○') : `${text}${ending}`);
  return rows.map((row) => row.map(turn));
}

function toClipboard(page, rows) {
  return page.evaluate((text) => navigator.clipboard.writeText(text), rows.map((row) => row.join('\t')).join('\r\n') + '\r\n');
}

/** Waits until everything that was typed stands on the server. */
async function saved(page) {
  await page.waitForFunction(() => {
    const open = document.querySelector('.unsaved, .saving, .unfit, .refused, td.both, th.both');
    return !open && /^(保存しました|Saved)/.test(document.getElementById('grid-state').textContent);
  });
}

async function says(page, words) {
  await page.waitForFunction((text) => document.getElementById('grid-state').textContent.includes(text), words);
}

/** What the server answers about the row in this line. */
async function onServer(page, row) {
  const id = await page.locator('table[data-grid] tbody tr').nth(row).getAttribute('data-id');
  const answer = await page.context().request.get(`${new URL(page.url()).origin}/assets/rows?row=${id}`);
  const { rows: [told] } = await answer.json();
  return { version: told.version, note: told.cells.note ?? '', score: told.cells.confidentiality };
}

const where = (page) => page.evaluate(() => {
  const at = document.querySelector('.grid .at');
  return { row: at.parentElement.sectionRowIndex, column: at.cellIndex };
});
const inside = (page) => page.evaluate(() => document.querySelector('table[data-grid]').contains(document.activeElement));

async function intoGrid(page) {
  for (let n = 0; n < 80 && !(await inside(page)); n += 1) await press(page, 'Tab');
  for (let n = 0; n < 10 && (await page.evaluate(() => document.activeElement.closest('thead') !== null)); n += 1) await press(page, 'Tab');
  must(await inside(page), 'Tab does not lead into the table');
}

/** A row among the first twenty of this page that the other person may write: its place here and there. */
async function shared(page, other) {
  const ids = (one) => one.locator('table[data-grid] tbody tr').evaluateAll((all) => all.map((row) => (row.dataset.v ? row.dataset.id : '')));
  const [here, there] = [await ids(page), await ids(other)];
  const mine = here.slice(0, HIGH).findIndex((id) => there.includes(id));
  must(mine >= 0, 'there is no row for both');
  return [mine, there.indexOf(here[mine])];
}

function same(found, wanted, sentence) {
  found.forEach((row, at) => must(JSON.stringify(row) === JSON.stringify(wanted[at]), `${sentence}: row ${at + 1}\n${JSON.stringify(row)}\n${JSON.stringify(wanted[at])}`));
  must(found.length === wanted.length, sentence);
}

function clean(violations, where) {
  must(violations.length === 0, `axe ${where}:\n${violations.join('\n')}`);
}

/** The console complains of requests that were made to fail. */
function forgive(page) {
  try {
    noConsoleErrors(page);
  } catch {
    // That is what this step was about.
  }
}
