// Runs every e2e/*.test.mjs, one after the other; `node run.mjs pages` runs only pages.test.mjs.

import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { finish, step } from './harness.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const wanted = process.argv.slice(2);
const files = readdirSync(here)
  .filter((file) => file.endsWith('.test.mjs'))
  .filter((file) => wanted.length === 0 || wanted.includes(file.replace('.test.mjs', '')))
  .sort();

for (const file of files) {
  console.log(`-- ${file}`);
  // What a test file throws outside its own steps is a failed step as well.
  let test;
  await step(`${file} loads`, async () => {
    test = (await import(pathToFileURL(join(here, file)).href)).default;
    if (typeof test !== 'function') throw new Error('a test file exports one function as its default');
  });
  try {
    await test?.();
  } catch (error) {
    await step(`${file} runs to its end`, () => Promise.reject(error));
  }
}
process.exit(finish());
