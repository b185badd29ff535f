/** Accessibility problems of a page by axe-core, and content that is wider than the window. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const RUN = `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => [
  ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)),
  ...(document.documentElement.scrollWidth > innerWidth ? ['wider than the window'] : []),
])`;

export const problemsOf = async (page: Page): Promise<string[]> => {
  // By the debugger, which no policy of the page's content stops.
  await page.evaluate(AXE);
  return page.evaluate(RUN);
};
