/** The story of capability URLs in short; `npm run story -w @cooperage/example-chat` plays the whole. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { playIdle } from '../src/story/idle-clients.js';
import { playStory } from '../src/story/story.js';
import { openBrowser, openPage } from './browser.js';

const directory = mkdtempSync(join(tmpdir(), 'cooperage-chat-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const enter = async (page: Page, url: string): Promise<void> => {
  await page.goto(url);
  await page.fill('input[name=field]', 'a page');
  await page.keyboard.press('Enter');
  await page.waitForSelector('textarea');
  // A reload would remove it.
  await page.evaluate('globalThis.isFirst = true');
};

const shownNumbers = (page: Page): Promise<number[]> =>
  page.evaluate(`[...document.querySelectorAll('[data-n]')].map((line) => Number(line.dataset.n))`);

it('20 guests and a page keep each message through kills, an upgrade and a revocation', async () => {
  const browser = await openBrowser();
  const page = browser && (await openPage(browser, []));
  try {
    const { messages, guests, revoked, problems, close } = await playStory({
      ...{ directory, guests: 20, kills: 3, every: 'answers', open: 1 },
      hasPage: page !== undefined,
      withSeat: async (url) => {
        if (page !== undefined) await enter(page, url);
      },
    });
    try {
      expect(problems).toEqual([]);
      expect(guests).toHaveLength(19);
      expect(messages.length).toBeGreaterThan(60);
      expect(revoked.ended()).toMatchObject({ code: 'GATEWAY_REVOKED' });
      if (page === undefined) return;
      await expect.poll(async () => (await shownNumbers(page)).at(-1)).toBe(messages.length);
      const numbers = await shownNumbers(page);
      expect(numbers).toEqual(numbers.map((_, i) => (numbers[0] as number) + i));
      expect(await page.evaluate('globalThis.isFirst')).toBe(true);
    } finally {
      await close();
    }
  } finally {
    await browser?.close();
  }
});

it('idle clients keep no vat in memory, and a message reaches the clients of its room only', async () => {
  const end = await playIdle({ clients: 60, rooms: 6, seconds: 0 });
  expect(end).toMatchObject({ isOnline: false, connections: 60, heard: 10, inRoom: 10 });
});
