// Pictures of every page as the secretariat sees it, at a phone's and a desk's width, in both languages, into
// e2e/pictures/. With --board, the month board goes to docs/board.png as well.

import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addressOf, finish, openPage, pagesFor, plan, signInAs, speak, startBrowser, startServer, step, visit } from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const folder = join(here, 'pictures');
const sizes = [{ width: 390, height: 844 }, { width: 1280, height: 900 }];

mkdirSync(folder, { recursive: true });
const server = await startServer();
const browser = await startBrowser();
try {
  const page = await openPage(browser, server);
  await signInAs(page, plan.people.secretariat);
  for (const lang of plan.languages) {
    await speak(page, lang);
    for (const theme of plan.themes) {
      await page.emulateMedia({ colorScheme: theme });
      for (const size of sizes) {
        await page.setViewportSize(size);
        for (const entry of pagesFor('secretariat')) {
          const name = `${entry.name}-${lang}-${theme}-${size.width}.png`;
          await step(name, async () => {
            await visit(page, await addressOf(page, entry));
            await page.screenshot({ path: join(folder, name), fullPage: true });
          });
        }
      }
    }
  }
  if (process.argv.includes('--board')) await step('docs/board.png', () => board(page));
} finally {
  await browser.close();
  await server.stop();
}
process.exit(finish());

async function board(page) {
  await speak(page, 'ja');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize({ width: 1280, height: 800 });
  await visit(page, '/board');
  await page.screenshot({ path: join(here, '..', 'docs', 'board.png') });
}
