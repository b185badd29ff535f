/** The market's page in a browser: wide and narrow, light and dark, by keyboard alone. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { browserPath, type Look, LOOKS, openBrowser, openPage } from '../../chat/test/browser.js';
import { problemsOf } from '../../chat/test/page-problems.js';

const PROGRAM = fileURLToPath(new URL('../dist/main.js', import.meta.url));
/** `CONTRACT_HOST_PICTURE=1` makes the picture of the README again. */
const PICTURE =
  process.env['CONTRACT_HOST_PICTURE'] === undefined
    ? undefined
    : fileURLToPath(new URL('../../../docs/pictures/contract-host.png', import.meta.url));

/** Presses Tab until the focused element has this name. */
const tabTo = async (page: Page, name: RegExp): Promise<void> => {
  for (let presses = 0; presses < 120; presses += 1) {
    const text = await page.evaluate<string>(
      `[document.activeElement.getAttribute('aria-label'), ...[...(document.activeElement.labels ?? [])].map((label) => label.textContent), document.activeElement === document.body ? '' : document.activeElement.textContent].join(' ')`,
    );
    if (name.test(text)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab reaches nothing that is called ${String(name)}`);
};

const press = async (page: Page, name: RegExp): Promise<void> => {
  await tabTo(page, name);
  await page.keyboard.press('Enter');
};

const outcomeIs = (page: Page, text: string): Promise<void> =>
  expect.poll(() => page.locator('[role=status]').textContent()).toBe(text);

const become = async (page: Page, user: string): Promise<void> => {
  await tabTo(page, /alice|bob|carol|dave/);
  while ((await page.locator('.users :checked').getAttribute('value')) !== user) {
    await page.keyboard.press('ArrowRight');
  }
};

describe.skipIf(browserPath === undefined)('the page', () => {
  let directory: string;
  let child: ChildProcess;
  let url: string;
  let browser: Browser;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = (await openBrowser()) as Browser;
    directory = await mkdtemp(join(tmpdir(), 'contract-host-'));
    const args = [PROGRAM, '--serve', '--port', '0', '--directory', directory];
    child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe'] });
    let said = '';
    url = await new Promise((resolve, reject) => {
      child.stderr?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
        const address = /open on (http:\S+)/.exec(said)?.[1];
        if (address !== undefined) resolve(address);
      });
      child.once('close', () => reject(Error(said)));
    });
  });
  afterAll(async () => {
    await browser.close();
    child.kill('SIGKILL');
    await once(child, 'close');
    await rm(directory, { recursive: true, force: true });
    // Browsers report a refusal of the server, too.
    expect(errors.filter((text) => !text.includes('status of 400'))).toEqual([]);
  });

  const visit = async (look: Look | undefined, use: (page: Page) => Promise<void>) => {
    const page = await openPage(browser, errors, look);
    await page.goto(url);
    await page.waitForSelector('.card');
    await use(page);
    await page.context().close();
  };

  it.each(LOOKS)(
    'a user draws, and sees what is wrong, by keyboard alone: $width pixels, $colorScheme',
    async (look) =>
      visit(look, async (page) => {
        expect(await problemsOf(page)).toEqual([]);
        await become(page, 'bob');
        await press(page, /Draw from coins/);
        await outcomeIs(page, 'bob draws 100 coin');
        await expect
          .poll(() => page.locator('.holdings .own').textContent())
          .toMatch(/^bob[\d,]+ coin/);
        await press(page, /^.*Auction sells/);
        await tabTo(page, /^ Name/);
        await page.keyboard.type('coins');
        await page.keyboard.press('Enter');
        await expect.poll(() => page.locator('.outcome.wrong').count()).toBe(1);
        expect(await problemsOf(page)).toEqual([]);
      }),
  );

  it('an auction and a covered call are started, used and settled on the page', async () =>
    visit(LOOKS[0], async (page) => {
      await become(page, 'alice');
      await press(page, /Draw from coins/);
      await outcomeIs(page, 'alice draws 100 coin');
      await press(page, /Draw from paintings/);
      await outcomeIs(page, 'alice draws 1 painting');
      await press(page, /Draw from shares/);
      await outcomeIs(page, 'alice draws 10 share');
      await press(page, /Auction sells/);
      await tabTo(page, /^ Name/);
      await page.keyboard.type('sunday sale');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('h3:has-text("sunday sale")').count()).toBe(1);
      await press(page, /Covered call the right/);
      await tabTo(page, /^ Name/);
      await page.keyboard.type('summer call');
      await tabTo(page, /Seconds \(0: for good/);
      await page.keyboard.type('0');
      await page.keyboard.press('Enter');
      await expect.poll(() => page.locator('h3:has-text("summer call")').count()).toBe(2);
      await become(page, 'bob');
      await press(page, /Draw from coins/);
      await outcomeIs(page, 'bob draws 100 coin');
      await tabTo(page, /Bid in sunday sale/);
      await page.keyboard.press('Enter');
      await outcomeIs(page, "bob's bid is number 1");
      if (PICTURE !== undefined) await page.screenshot({ path: PICTURE });
      await press(page, /Close sunday sale/);
      await expect
        .poll(() => page.locator('.card:has(h3:has-text("sunday sale")) .status').textContent())
        .toContain('closed: number 1 of 1 won and paid 30');
      await become(page, 'alice');
      await press(page, /Exercise summer call/);
      await expect
        .poll(() => page.locator('.card:has(h3:has-text("summer call")) .status').allTextContents())
        .toEqual(['exercised']);
      await press(page, /End sunday sale/);
      await expect.poll(() => page.locator('.card.over').count()).toBe(1);
      expect(await page.locator('td.held').count()).toBe(3);
      expect(await problemsOf(page)).toEqual([]);
    }));
});
