/** The page in a browser: wide and narrow, light and dark, by keyboard alone. */
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ChatHost, openChat } from '../src/host.js';
import { browserPath, type Look, LOOKS, openBrowser, openPage } from './browser.js';
import { problemsOf } from './page-problems.js';

/** `CHAT_PICTURE=1` makes the picture of the README again. */
const PICTURE =
  process.env['CHAT_PICTURE'] === undefined
    ? undefined
    : fileURLToPath(new URL('../../../docs/pictures/chat.png', import.meta.url));

/** Presses Tab until the focused element has this name. */
const tabTo = async (page: Page, name: RegExp): Promise<void> => {
  for (let presses = 0; presses < 60; presses += 1) {
    const text = await page.evaluate<string>(
      `[document.activeElement.getAttribute('aria-label'), document.activeElement.textContent].join(' ')`,
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

/** Types into the element that has the focus. */
const write = async (page: Page, element: 'INPUT' | 'TEXTAREA', text: string): Promise<void> => {
  await expect.poll(() => page.evaluate('document.activeElement.tagName')).toBe(element);
  await page.keyboard.type(text);
  await page.keyboard.press('Enter');
};

const textsOf = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).allTextContents();

describe.skipIf(browserPath === undefined)('the page', () => {
  let browser: Browser;
  let chat: ChatHost;
  const errors: string[] = [];
  beforeAll(async () => {
    browser = (await openBrowser()) as Browser;
    chat = await openChat({ port: 0, config: { threads: 1 } });
  });
  afterAll(async () => {
    await browser?.close();
    await chat?.close();
    expect(errors).toEqual([]);
  });

  const visit = async (url: string, look?: Look): Promise<Page> => {
    const page = await openPage(browser, errors, look);
    await page.goto(url);
    return page;
  };

  const enter = async (url: string, name: string, look?: Look): Promise<Page> => {
    const page = await visit(url, look);
    await write(page, 'INPUT', name);
    await page.waitForSelector('textarea');
    return page;
  };

  it.each(LOOKS)(
    'a room is opened, a guest is invited and revoked by keyboard alone: $width pixels, $colorScheme',
    async (look) => {
      const isNarrow = look.width < 768;
      const openSide = async (page: Page): Promise<void> => {
        if (isNarrow) await press(page, /People and invitations/);
      };
      const host = await visit(await chat.doorUrl(), look);
      await host.waitForSelector('input[name=field]');
      expect(await problemsOf(host)).toEqual([]);
      await write(host, 'INPUT', 'Tuesday reading group');
      await host.waitForSelector('h1:has-text("Tuesday")');
      expect(await problemsOf(host)).toEqual([]);
      await write(host, 'INPUT', 'Ada Lovelace');
      await write(host, 'TEXTAREA', 'Chapter four is the one with the bank and the purses.');
      await expect.poll(() => textsOf(host, '.said:not(.unsent) .text')).toHaveLength(1);

      await openSide(host);
      await press(host, /Invite someone/);
      await write(host, 'INPUT', 'Grace');
      await host.waitForSelector('input.url');
      expect(await problemsOf(host)).toEqual([]);
      const url = await host.inputValue('input.url');
      await host.keyboard.press('Escape');
      if (isNarrow) await host.keyboard.press('Escape');

      const guest = await enter(url, 'Grace Hopper', look);
      await write(guest, 'TEXTAREA', 'I have read it twice.');
      await write(guest, 'TEXTAREA', 'The second time I saw that no purse can be forged.');
      await expect.poll(() => textsOf(host, '.said .text')).toHaveLength(3);
      await tabTo(host, /Your message/);
      await write(host, 'TEXTAREA', 'And if the server stops in the middle of a transfer?');
      await write(guest, 'TEXTAREA', 'Then it has happened once, or not at all. Try kill -9.');
      await expect.poll(() => textsOf(host, '.said:not(.unsent) .text')).toHaveLength(5);
      await expect.poll(() => textsOf(guest, '.people li')).toHaveLength(2);
      expect(await textsOf(host, '.invitations small')).toEqual(['entered as Grace Hopper']);
      expect(await textsOf(guest, '.note')).toEqual(['Ada Lovelace came in', 'You came in']);
      expect(await problemsOf(guest)).toEqual([]);
      expect(await problemsOf(host)).toEqual([]);
      if (PICTURE !== undefined && look === LOOKS[0]) await host.screenshot({ path: PICTURE });

      await openSide(host);
      await press(host, /Revoke the invitation for Grace/);
      await guest.waitForSelector('[data-code=GATEWAY_REVOKED] [role=alert]');
      expect(await problemsOf(guest)).toEqual([]);
      await expect.poll(() => textsOf(host, '.people li')).toHaveLength(1);
      await guest.context().close();
      await host.context().close();
    },
  );

  it('a page continues after a reload, and the room sees no one leave', async () => {
    const page = await enter(await chat.openRoom('Reloads'), 'Ada');
    await write(page, 'TEXTAREA', 'first');
    await expect.poll(() => textsOf(page, '.said:not(.unsent) .text')).toEqual(['first']);
    await page.reload();
    await write(page, 'TEXTAREA', 'second');
    await expect.poll(() => textsOf(page, '.said:not(.unsent) .text')).toEqual(['first', 'second']);
    expect(await textsOf(page, '.note')).toEqual(['You came in']);
    await page.context().close();
  });

  it('a page with a wrong secret, and a page without one, say so', async () => {
    const wrong = await visit(`${chat.origin}/#${'A'.repeat(43)}`);
    await wrong.waitForSelector('[data-code=GATEWAY_REFUSED] [role=alert]');
    expect(await problemsOf(wrong)).toEqual([]);
    const none = await visit(`${chat.origin}/`);
    await none.waitForSelector('h1:has-text("Rooms")');
    expect(await problemsOf(none)).toEqual([]);
  });
});
