// Every page, for every kind of person, in both languages and both themes: readable by all, silent, from the
// house alone, and no wider than a phone.

import {
  DESK, addressOf, noConsoleErrors, noOutside, openPage, pagesFor, plan, readable, signInAs, speak, startBrowser,
  startServer, step, visit,
} from './harness.mjs';

export default async function pages() {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    for (const role of Object.keys(plan.people)) await walk(browser, server, role);
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function walk(browser, server, role) {
  const page = await openPage(browser, server, { viewport: DESK });
  const signedIn = await step(`${role} signs in`, async () => {
    await signInAs(page, plan.people[role]);
    noOutside(page);
    noConsoleErrors(page);
  });
  // Nobody's pages prove nothing.
  for (const lang of signedIn ? plan.languages : []) {
    await step(`${role} reads ${lang}`, () => speak(page, lang));
    for (const entry of pagesFor(role)) {
      await step(`${role} ${lang} ${entry.name}`, async () => look(page, await addressOf(page, entry), role));
    }
  }
  await page.context().close();
}

async function look(page, address, role) {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(DESK);
  await visit(page, address);
  await readable(page, { dark: role === 'secretariat' });
}
