/** The buttons and views of the inspector's page, in a browser. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closePool, E, openWorld } from '../../src/index.js';
import { browserPath, withPage } from '../browser.js';
import { inspect, type Inspecting } from '../inspecting.js';

const folder = mkdtempSync(join(tmpdir(), 'cooperage-page-'));
const recording = join(folder, 'world.cooperage');
const vat = (name: string): string => join(import.meta.dirname, 'vats', `${name}.js`);

beforeAll(async () => {
  const world = await openWorld({
    bootstrap: 'ann',
    vats: { ann: vat('hoarder'), bob: vat('hoarder') },
    bundles: { child: { source: vat('child') } },
  });
  const { ann, bob } = world.roots;
  await world.quiescent();
  await E(ann).say('good day');
  await E(ann).make(7);
  await E(ann).pass(bob);
  await E(bob).write('x', 1);
  await E(bob).write('x', 2);
  await E(ann).spawn(false);
  await E(ann).fork();
  await E(ann).end();
  await E(bob).write('y', 3);
  await world.save(recording);
  await world.close();
});

afterAll(async () => {
  await closePool();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs in the page: what can be acted on and has neither a label nor a text. */
const NAMELESS = `
  [...document.querySelectorAll('button, input, select, textarea, canvas')]
    .filter((each) => !each.getAttribute('aria-label') && !each.labels?.length && !each.textContent.trim())
    .map((each) => each.outerHTML)`;

const crankInAddress = async (page: Page): Promise<number> =>
  Number(/#crank=(\d+)/.exec(page.url())?.[1]);

/** Looks at the crank of the call that is found. */
const lookAtCall = async (page: Page, call: string): Promise<number> => {
  await page.getByLabel('search').fill(call);
  const found = page.getByRole('region', { name: 'What was found' }).getByRole('button').last();
  const crank = Number(/#(\d+)/.exec(await found.innerText())?.[1]);
  await found.click();
  await page.getByRole('article', { name: `Crank ${crank}`, exact: true }).waitFor();
  return crank;
};

describe.skipIf(browserPath === undefined)('the page', () => {
  let inspecting: Inspecting;
  const open = async (
    look: (page: Page) => Promise<void>,
    options?: Parameters<typeof withPage>[2],
  ): Promise<void> => {
    inspecting = await inspect(recording);
    try {
      await withPage(inspecting.url, look, options);
    } finally {
      await inspecting.close();
    }
  };

  test('follows its address, and the keys of the timeline', async () => {
    await open(async (page) => {
      await page.getByRole('article').first().waitFor();
      const last = await crankInAddress(page);
      await page.evaluate("location.hash = '#crank=3'");
      await page.getByRole('article', { name: 'Crank 3', exact: true }).waitFor();
      await page.getByRole('application').focus();
      await page.keyboard.press('ArrowRight');
      await page.getByRole('article', { name: 'Crank 4', exact: true }).waitFor();
      await page.keyboard.press('End');
      await page.getByRole('article', { name: `Crank ${last}`, exact: true }).waitFor();
      await page.keyboard.press('Home');
      await page.getByRole('article', { name: 'Crank 1', exact: true }).waitFor();
    });
  });

  test('shows cranks by the clock, and makes kinds pale', async () => {
    await open(async (page) => {
      await page.getByRole('article').first().waitFor();
      const picture = async (): Promise<string> =>
        page.evaluate<string>("document.querySelector('canvas').toDataURL()");
      const differs = async (from: string): Promise<string> => {
        await expect.poll(picture).not.toBe(from);
        return picture();
      };
      const inOrder = await picture();
      await page.getByRole('button', { name: 'clock' }).click();
      const byClock = await differs(inOrder);
      await page.getByRole('button', { name: 'zoom in' }).click();
      const near = await differs(byClock);
      await page.getByRole('button', { name: 'all' }).click();
      const whole = await differs(near);
      await page.getByRole('button', { name: 'messages' }).click();
      await differs(whole);
      await lookAtCall(page, 'write("y"');
      await page
        .getByText(/^for [0-9.]+ (µs|ms|s), .* after the first crank, in thread [0-9]+$/)
        .waitFor();
    });
  });

  test('has a lane for each thread, where it is known, and looks for methods and interfaces', async () => {
    await open(async (page) => {
      await page.getByRole('article').first().waitFor();
      const picture = async (): Promise<string> =>
        page.evaluate<string>("document.querySelector('canvas').toDataURL()");
      const vats = await picture();
      const by = page.getByRole('group', { name: 'A lane for each' });
      await by.getByRole('button', { name: 'threads' }).click();
      await expect.poll(picture).not.toBe(vats);
      const threads = await picture();
      const form = page.getByRole('form', { name: 'Look for' });
      await form.getByLabel('method').selectOption('take');
      await expect.poll(picture).not.toBe(threads);
      // Of what led to a message, what is not looked for is folded.
      await lookAtCall(page, 'take(');
      const chain = page.getByRole('region', { name: 'All that led here, the oldest first' });
      await chain
        .getByText(/^[0-9]+ others?$/)
        .first()
        .click();
      await chain.getByText('pass(').first().waitFor();
      await form.getByRole('button', { name: 'show all' }).click();
      await expect.poll(() => chain.getByText(/^[0-9]+ others?$/).count()).toBe(0);
    });
  });

  test('shows what a vat keeps, and what was there after the end of another one', async () => {
    await open(async (page) => {
      await lookAtCall(page, 'write("y"');
      expect(await page.getByText('It ends before crank').count()).toBe(0);
      await page.getByRole('article').getByRole('button', { name: 'bob' }).first().click();
      const data = page.getByRole('region', { name: 'Virtual and durable data' });
      const row = data.getByRole('row').filter({ hasText: 'sx' });
      expect(await row.innerText()).toContain('2');
      await row.getByRole('button').click();
      const crank = page.getByRole('article', { name: /^Crank/ });
      await crank.getByText('write("x", 2)').first().waitFor();
    });
  });

  test('draws charts, and shows the family of the vats', async () => {
    await open(async (page) => {
      await lookAtCall(page, 'write("y"');
      const nav = page.getByRole('navigation', { name: 'The kernel as a whole' });
      await nav.getByRole('button', { name: 'Charts' }).click();
      const charts = page.getByRole('region', { name: 'Charts' });
      await charts.locator('.u-over').nth(8).waitFor();
      expect(await charts.getByRole('img').count()).toBe(9);
      expect(await charts.locator('figure').first().innerText()).toContain('vats: 3');
      await nav.getByRole('button', { name: 'Family' }).click();
      const family = page.getByRole('region', { name: 'Family of the vats' });
      await family.getByText('forked in').waitFor();
      expect(await family.innerText()).toMatch(
        /fork of child 1 \(v4\) forked in #\d+, ended in #\d+/s,
      );
      expect(await charts.count()).toBe(0);
      await nav.getByRole('button', { name: 'Cycles' }).click();
      await page.getByText(/\d+ cycles among \d+ objects/).waitFor();
    });
  });

  test('shows the console of a vat, with its levels and cranks', async () => {
    await open(async (page) => {
      await lookAtCall(page, 'fork()');
      await page.getByRole('button', { name: 'Console', exact: true }).click();
      const lines = page.getByRole('table', { name: 'Console' }).getByRole('row');
      await lines.first().waitFor();
      expect(await lines.allInnerTexts()).toEqual([
        expect.stringMatching(/#\d+\s+log\s+good day/),
        expect.stringMatching(/#\d+\s+warn\s+so late/),
      ]);
      await page.getByLabel('level').selectOption('warn');
      expect(await lines.count()).toBe(1);
      await lines.first().getByRole('button').click();
      await page.getByRole('article').getByText('say("good day")').first().waitFor();
    });
  });

  test('tries another message in a fork of the past, and refuses what is none', async () => {
    await open(async (page) => {
      await lookAtCall(page, 'write("x", 1)');
      await page.getByRole('button', { name: 'Send another message' }).click();
      const form = page.getByRole('form', { name: 'Another message' });
      await form.getByLabel('method').fill('read');
      await form.getByLabel('arguments').fill('"x"');
      await form.getByRole('button', { name: 'Send in a fork' }).click();
      await form.getByText('The answer: fulfilled 1', { exact: true }).waitFor();
      await form.getByLabel('arguments').fill('ko99999');
      await form.getByRole('button', { name: 'Send in a fork' }).click();
      await form.locator('.problem').waitFor();
      await page.getByRole('button', { name: 'Fork from here' }).click();
      await page.getByText(/cooperage fork .* --crank \d+ --into/).waitFor();
    }).catch((error: unknown) => {
      // A refused request is told to the console of the browser, too.
      if (!/409/.test(String(error))) throw error;
    });
  });

  test('fits at 200 %, has both schemes, and names all that can be acted on', async () => {
    const backgrounds = new Set<string>();
    for (const colorScheme of ['light', 'dark'] as const) {
      await open(
        async (page) => {
          await lookAtCall(page, 'write("y"');
          backgrounds.add(
            await page.evaluate<string>('getComputedStyle(document.body).backgroundColor'),
          );
          const wide = await page.evaluate<number>(
            'document.documentElement.scrollWidth - innerWidth',
          );
          const nameless = await page.evaluate<string[]>(NAMELESS);
          expect(wide).toBeLessThanOrEqual(0);
          expect(nameless).toEqual([]);
        },
        // What 1,280 pixels are at 200 %.
        { width: 640, height: 480, colorScheme },
      );
    }
    expect(backgrounds.size).toBe(2);
  });
});
