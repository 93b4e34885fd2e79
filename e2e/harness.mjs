// The browser's workbench: starts the program and Chromium, and gives the tests persons, pages and a reporter.

import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { accessSync, constants, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(fileURLToPath(import.meta.url));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const START_LIMIT_MS = 120_000;
const STOP_LIMIT_MS = 10_000;
const PAGE_LIMIT_MS = 15_000;

/** The widths at which pages are looked at. */
export const DESK = { width: 1280, height: 900 };
export const PHONE = { width: 390, height: 844 };

// Accessibility rules: WCAG 2.2 AA and what axe counts as good practice.
const AXE_TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

const CHROMIUM_ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Pages, persons, languages and themes that the walks go through. */
export const plan = JSON.parse(readFileSync(join(here, 'pages.json'), 'utf8'));

// ---- The reporter -------------------------------------------------------------------------------------------

const score = { passed: 0, failed: 0 };

/** One sentence that must turn out true; says whether it did. The steps after a failed one still run. */
export async function step(name, act) {
  const start = performance.now();
  try {
    await act();
    score.passed += 1;
    console.log(`ok    ${name} (${seconds(start)})`);
    return true;
  } catch (error) {
    score.failed += 1;
    console.log(`FAIL  ${name} (${seconds(start)})\n${indent(error?.message ?? String(error))}`);
    return false;
  }
}

/** Prints the last line and gives the exit code. Nothing tried counts as a failure. */
export function finish() {
  console.log(`${score.passed} passed, ${score.failed} failed`);
  return score.failed === 0 && score.passed > 0 ? 0 : 1;
}

export function must(truth, sentence) {
  if (!truth) throw new Error(sentence);
}

// ---- The program --------------------------------------------------------------------------------------------

const running = new Set();
process.on('exit', () => running.forEach((server) => server.child.kill('SIGKILL')));
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

/**
 * Starts `meguri demo` (or `serve`) over a data folder of its own and waits until it listens.
 * Gives `{ url, data, stop }`.
 */
export async function startServer({ mode = 'demo', data, environment = {}, arguments: more = [] } = {}) {
  const program = process.env.MEGURI_BIN ?? join(here, '..', 'target', 'release', 'meguri');
  const folder = data ?? mkdtempSync(join(tmpdir(), 'meguri-e2e-'));
  const child = spawn(program, [mode, '--data', folder, '--address', '127.0.0.1:0', ...more], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = { child };
  running.add(server);
  const stop = async () => {
    await stopChild(child);
    running.delete(server);
    if (!data) rmSync(folder, { recursive: true, force: true });
  };
  try {
    return { url: await listening(child), data: folder, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function listening(child) {
  return new Promise((resolve, reject) => {
    let out = '';
    let err = '';
    const fail = (why) => reject(new Error(`the program ${why}\n${err.slice(-2000)}`));
    const timer = setTimeout(() => fail('did not listen in time'), START_LIMIT_MS);
    child.once('error', (error) => fail(`did not start: ${error.message}`));
    child.once('exit', (code) => fail(`ended with ${code} before it listened`));
    child.stderr.on('data', (chunk) => (err = (err + chunk).slice(-8000)));
    child.stdout.on('data', (chunk) => {
      out = (out + chunk).slice(-8000);
      const found = out.match(/listening on (http:\/\/127\.0\.0\.1:\d+)/);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
  });
}

function stopChild(child) {
  if (child.exitCode !== null || child.signalCode !== null || !child.pid) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_LIMIT_MS);
    child.once('exit', () => {
      clearTimeout(timer);
      resolve();
    });
    child.kill('SIGTERM');
  });
}

// ---- The browser --------------------------------------------------------------------------------------------

/** Chromium with a fresh profile, which Playwright makes and clears away. */
export function startBrowser() {
  return chromium.launch({ executablePath: findChromium(), headless: true, args: CHROMIUM_ARGUMENTS });
}

function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const names = ['chromium', 'chromium-browser', 'google-chrome'];
  const found = names.flatMap((name) => folders.map((folder) => join(folder, name))).find(isProgram);
  must(found, 'there is no Chromium: set CHROMIUM or put it on the PATH');
  return found;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** A page of a person of its own: fresh cookies, and a watch over what it says and where it asks. */
export async function openPage(browser, server, options = {}) {
  const context = await browser.newContext({ baseURL: server.url, locale: 'ja-JP', ...options });
  context.setDefaultTimeout(PAGE_LIMIT_MS);
  const page = await context.newPage();
  const watch = { outside: [], errors: [] };
  watches.set(page, watch);
  const host = new URL(server.url).host;
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (!['data:', 'blob:', 'about:'].includes(url.protocol) && url.host !== host) watch.outside.push(request.url());
  });
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) watch.outside.push(socket.url());
  });
  page.on('console', (message) => {
    if (message.type() === 'error') watch.errors.push(message.text());
  });
  page.on('pageerror', (error) => watch.errors.push(error.message));
  return page;
}

const watches = new WeakMap();

/** Fails on any request since the last call whose host is not the server's. */
export function noOutside(page) {
  const asked = watches.get(page).outside.splice(0);
  must(asked.length === 0, `asked outside the house: ${asked.join(', ')}`);
}

/** Fails on anything the console called an error since the last call. */
export function noConsoleErrors(page) {
  const errors = watches.get(page).errors.splice(0);
  must(errors.length === 0, `the console says: ${errors.join(' | ')}`);
}

/** Fails when the page is wider than the window. */
export async function noSidewaysScroll(page) {
  const [wide, window] = await page.evaluate(() => [
    Math.max(document.documentElement.scrollWidth, document.body.scrollWidth),
    document.documentElement.clientWidth,
  ]);
  must(wide <= window, `the page is ${wide} px wide in a window of ${window} px`);
}

/** What axe has against the page, a line each; by some rules only where they are named. */
export async function axe(page, only) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(
    (runOnly) => window.axe.run(document, { runOnly, resultTypes: ['violations'] }),
    only ? { type: 'rule', values: only } : AXE_TAGS,
  );
  return found.violations.map(({ id, help, nodes }) => {
    const places = nodes.slice(0, 3).map((node) => node.target.join(' '));
    return `${id}: ${help} (${nodes.length}: ${places.join(' | ')})`;
  });
}

/** What the page shows now: readable by all at a desk's and a phone's width, silent, and from the house alone. */
export async function readable(page, { dark = false } = {}) {
  await page.setViewportSize(DESK);
  noLeftovers(await axe(page), 'at 1280 px');
  await page.setViewportSize(PHONE);
  await noSidewaysScroll(page);
  noLeftovers(await axe(page), 'at 390 px');
  if (dark) {
    await page.emulateMedia({ colorScheme: 'dark' });
    noLeftovers(await axe(page, ['color-contrast']), 'in the dark');
    await page.emulateMedia({ colorScheme: 'light' });
  }
  noOutside(page);
  noConsoleErrors(page);
}

function noLeftovers(violations, where) {
  must(violations.length === 0, `axe ${where}:\n${violations.join('\n')}`);
}

// ---- Persons ------------------------------------------------------------------------------------------------

/** Chooses a person on the demo's sign-in page by the name on the button. */
export async function signInAs(page, personName) {
  await page.goto('/sign-in');
  const button = page.getByRole('button').filter({ hasText: personName });
  const count = await button.count();
  must(count > 0, `nobody called ${personName} can be chosen on /sign-in`);
  await Promise.all([page.waitForURL((url) => url.pathname !== '/sign-in'), button.first().click()]);
}

/** Sets the language of the person as the form in the page head does, and sees that it took. */
export async function speak(page, lang) {
  await act(page, '/language', { lang });
  await page.goto('/');
  const spoken = await page.evaluate(() => document.documentElement.lang);
  must(spoken === lang, `asked for ${lang}, the page speaks ${spoken || 'nothing'}`);
}

/** Posts a form as this person, with a request name of its own. */
export async function act(page, address, fields) {
  const origin = new URL(page.url()).origin;
  const answer = await page.context().request.post(origin + address, {
    form: { req: randomUUID(), next: '/', ...fields },
    headers: { origin },
    maxRedirects: 0,
  });
  must(answer.status() < 400, `POST ${address} answered ${answer.status()}`);
  return answer;
}

/** Goes to an address and fails unless that very page came; what the page before said is forgotten. */
export async function visit(page, address) {
  Object.assign(watches.get(page), { outside: [], errors: [] });
  const answer = await page.goto(address, { waitUntil: 'load' });
  must(answer?.ok(), `GET ${address} answered ${answer?.status()}`);
  const { pathname } = new URL(page.url());
  must(pathname === new URL(address, page.url()).pathname, `GET ${address} led to ${pathname}`);
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
}

/** The same, and waits until the scripts are there too: they come after the page, and a line that is cut before stops them. */
export async function arrive(page, address) {
  await visit(page, address);
  await page.waitForLoadState('networkidle');
}

/** Presses the button of a form and waits for the page that it leads to. */
export async function press(page, name, leadsTo) {
  const arrived = page.waitForURL(leadsTo);
  await page.getByRole('button', { name, exact: true }).click();
  await arrived;
  await page.waitForLoadState('load');
}

/** Waits until the page says something. */
export async function says(page, text) {
  await page.getByText(text).first().waitFor();
}

/** What one person does in a browser of their own, with nothing asked outside the house. */
export async function asPerson({ browser, server }, name, options, does) {
  const page = await openPage(browser, server, options);
  try {
    await signInAs(page, name);
    await does(page);
    noOutside(page);
  } finally {
    // A page with something unsaved would ask, and nobody is there to answer.
    page.on('dialog', (dialog) => dialog.accept().catch(() => {}));
    await page.context().close();
  }
}

/** The pages a role is expected to see. An entry without `for` is for everyone. */
export function pagesFor(role) {
  return plan.pages.filter((entry) => !entry.for || entry.for.includes(role));
}

/** The address of an entry: its own, or the first link that `follow` finds on it; of several, one page after the other. */
export async function addressOf(page, entry) {
  let address = entry.address;
  for (const follow of [entry.follow ?? []].flat()) {
    await visit(page, address);
    const links = page.locator(follow);
    must((await links.count()) > 0, `${address} has no link ${follow}`);
    address = await links.first().getAttribute('href');
  }
  return address;
}

// ---- Small things -------------------------------------------------------------------------------------------

const seconds = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;
const indent = (text) => text.split('\n').slice(0, 20).map((line) => `      ${line}`).join('\n');

/**
 * A person walks through the demo in each language. `walk(page, lang, seen)` names each look: `seen(name, act)` acts at a desk and
 * holds what is there then to be readable. With MEGURI_PICTURES, pictures go into that folder.
 */
export async function walkInEachLanguage(person, walk) {
  const server = await startServer();
  const browser = await startBrowser();
  try {
    const page = await openPage(browser, server, { viewport: DESK });
    const signedIn = await step(`${person} signs in`, () => signInAs(page, person));
    for (const lang of signedIn ? plan.languages : []) {
      await step(`${person} reads ${lang}`, () => speak(page, lang));
      await walk(page, lang, (name, act) => step(`${lang} ${name}`, async () => {
        await page.setViewportSize(DESK);
        await act();
        await picture(page, `${name}-${lang}`);
        await readable(page, { dark: true });
        await page.setViewportSize(DESK);
      }));
    }
  } finally {
    await browser.close();
    await server.stop();
  }
}

async function picture(page, name) {
  const folder = process.env.MEGURI_PICTURES;
  for (const size of folder ? [PHONE, DESK] : []) {
    await page.setViewportSize(size);
    await page.screenshot({ path: join(folder, `${name}-${size.width}.png`), fullPage: true });
  }
}
