/** Pages of one browser: each has a context of its own, with no storage and no session of another. */
import { type Browser, chromium, type Page } from 'playwright-core';
import { browserPath } from '../../../packages/test/test/browser.js';

export { browserPath };

export interface Look {
  readonly width: number;
  readonly height: number;
  readonly colorScheme: 'light' | 'dark';
}

const LARGE = { width: 1_200, height: 800 };
const SMALL = { width: 390, height: 780 };
export const LOOKS: readonly Look[] = [
  { ...LARGE, colorScheme: 'light' },
  { ...LARGE, colorScheme: 'dark' },
  { ...SMALL, colorScheme: 'light' },
  { ...SMALL, colorScheme: 'dark' },
];

export const openBrowser = async (): Promise<Browser | undefined> =>
  browserPath === undefined
    ? undefined
    : chromium.launch({ executablePath: browserPath, timeout: 240_000 });

/** @param errors gets what the page reports as an error */
export const openPage = async (
  browser: Browser,
  errors: string[],
  look: Look = LOOKS[0] as Look,
): Promise<Page> => {
  const { colorScheme, ...viewport } = look;
  const context = await browser.newContext({ viewport, colorScheme, reducedMotion: 'reduce' });
  // A busy machine is no reason to fail.
  context.setDefaultTimeout(240_000);
  const page = await context.newPage();
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (line) => {
    if (line.type() === 'error') errors.push(line.text());
  });
  return page;
};
