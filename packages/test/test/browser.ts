/** A browser of this machine, for tests of the inspector's page. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium, type Page } from 'playwright-core';

const NAMES = [
  'chromium-headless-shell',
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
];
const FOLDERS = (process.env['PATH'] ?? '').split(delimiter);
const OTHERS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:/Program Files/Google/Chrome/Application/chrome.exe',
];

/** Where it is, by `CHROME_PATH` or on the path; undefined where there is none: such tests are left out. */
export const browserPath: string | undefined =
  process.env['CHROME_PATH'] ??
  [...NAMES.flatMap((name) => FOLDERS.map((folder) => join(folder, name))), ...OTHERS].find(
    (path) => existsSync(path),
  );

export interface PageOptions {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
}

/** Shows a page to `look`, which fails where the page reported an error. */
export const withPage = async (
  url: string,
  look: (page: Page) => Promise<void>,
  { width = 1200, height = 900, colorScheme = 'light' }: PageOptions = {},
): Promise<void> => {
  if (browserPath === undefined) throw Error('there is no browser');
  const browser = await chromium.launch({ executablePath: browserPath, timeout: 240_000 });
  try {
    const context = await browser.newContext({
      viewport: { width, height },
      colorScheme,
      reducedMotion: 'reduce',
    });
    // A busy machine is no reason to fail.
    context.setDefaultTimeout(240_000);
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    page.on('console', (line) => {
      if (line.type() === 'error') errors.push(line.text());
    });
    await page.goto(url);
    await look(page);
    if (errors.length > 0) throw Error(`the page reported: ${errors.join('; ')}`);
  } finally {
    await browser.close();
  }
};
