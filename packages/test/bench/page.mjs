// How long the inspector's page takes for a history of a million cranks and a thousand vats, which is made up here: `npm run
// page -w @cooperage/test [-- --cranks 1000000 --vats 1000]`. It needs a Chromium on the path, or CHROME_PATH.
import { execFileSync } from 'node:child_process';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import {
  crankViewOf,
  makeLanes,
  makeMetrics,
  makePast,
  overviewOf,
  search,
  serveInspector,
  timelineOf,
} from '@cooperage/inspect';

const { values } = parseArgs({
  options: {
    cranks: { type: 'string', default: '1000000' },
    vats: { type: 'string', default: '1000' },
  },
});
const count = Number(values.cranks);
const vats = Number(values.vats);
const say = (...columns) => process.stdout.write(`| ${columns.join(' | ')} |\n`);
const ms = (number) => `${number.toFixed(0)} ms`;

/** A history in which each crank sends to the next vat. */
const makeRecording = () => {
  const cranks = [];
  const deliveries = [];
  const names = new Map(Array.from({ length: vats }, (_, i) => [`v${i + 1}`, `vat ${i + 1}`]));
  for (let number = 1; number <= count; number += 1) {
    const vatID = `v${((Math.imul(number, 2654435761) >>> 8) % vats) + 1}`;
    const n = number;
    const delivery = {
      ...{ issue: number, vatID, kind: number % 3 === 0 ? 'notify' : 'message', n },
      ...{ issuedIn: Math.max(1, number - 5), handedOutIn: number - 1, retiredIn: number },
      message: {
        ...{ target: 'ko1', call: `pay("vat ${number % 97}", ${number})`, method: 'pay' },
        ...{ args: { body: '', slots: [] }, from: 'host', sentIn: Math.max(1, number - 5) },
      },
    };
    deliveries.push(delivery);
    cranks.push({
      ...{ number, cause: 'retire', vatID, delivery, calls: [], handedOut: [], issued: [] },
      ...{ promisesMade: [], promisesResolved: [], objectsMade: [], objectsDeleted: [] },
      writes: new Map([[`${vatID}.vs.x`, String(number)]]),
    });
  }
  return {
    ...{ cranks, deliveries, names, first: 1, serviceCalls: [] },
    ...{ promises: new Map(), objects: new Map() },
    crank: (number) => cranks[number - 1],
    nameOf: (ref) => names.get(ref) ?? ref,
  };
};

const recording = makeRecording();
const past = makePast(recording);
const metrics = makeMetrics(recording, past);
const lanes = makeLanes(recording);
const answers = (path, query) => {
  const [what, of] = path.split('/');
  const number = (name, other) => Number(query.get(name) ?? other);
  if (what === 'overview') return overviewOf(recording, 'made up', lanes);
  if (what === 'timeline') {
    const part = {
      from: number('from', 0),
      to: number('to', count),
      points: number('points', 1500),
    };
    return timelineOf(recording, part, lanes);
  }
  if (what === 'crank') return crankViewOf(recording, past, Number(of));
  if (what === 'metrics') return metrics.view(number('points', 400));
  return what === 'search' ? search(recording, query.get('for') ?? '') : undefined;
};

const PATHS = ['chromium-headless-shell', 'chromium', 'google-chrome'];
const found = PATHS.map((name) => {
  try {
    return execFileSync('which', [name], { stdio: ['ignore', 'pipe', 'ignore'] })
      .toString()
      .trim();
  } catch {
    return undefined;
  }
}).find((path) => path !== undefined);

const served = await serveInspector(answers);
const browser = await chromium.launch({ executablePath: process.env.CHROME_PATH ?? found });
const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
const time = async (what, act) => {
  const began = performance.now();
  await act();
  say(what, ms(performance.now() - began));
};
const drawn = () =>
  page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');

say(`${count} cranks, ${vats} vats`, `load ${loadavg()[0].toFixed(1)}`);
say('---', '---');
await time('page load, until the newest crank is shown', async () => {
  await page.goto(served.url);
  await page.getByRole('article', { name: `Crank ${count}`, exact: true }).waitFor({ timeout: 0 });
  await drawn();
});
await time('all cranks in view', async () => {
  const answered = page.waitForResponse((response) => response.url().includes('/timeline'));
  await page.getByRole('button', { name: 'all', exact: true }).click();
  await answered;
  await drawn();
});
await page.getByRole('application').focus();
const frames = [];
for (let i = 0; i < 40; i += 1) {
  const began = performance.now();
  await page.keyboard.press(i % 2 === 0 ? 'PageDown' : '+');
  await drawn();
  frames.push(performance.now() - began);
}
frames.sort((a, b) => a - b);
say(
  'a step of zoom or of the view, median and worst of 40',
  `${ms(frames[20])}, ${ms(frames[39])}`,
);
const moves = [];
for (let i = 0; i < 20; i += 1) {
  const began = performance.now();
  const wanted = 1 + Math.floor((count * (i + 1)) / 21);
  await page.evaluate(`location.hash = '#crank=${wanted}'`);
  await page.getByRole('article', { name: `Crank ${wanted}`, exact: true }).waitFor();
  moves.push(performance.now() - began);
}
moves.sort((a, b) => a - b);
say('to a crank far away, median and worst of 20', `${ms(moves[10])}, ${ms(moves[19])}`);
await time('charts, the first time', async () => {
  await page.getByRole('button', { name: 'Charts' }).click();
  await page.locator('.u-over').nth(8).waitFor({ timeout: 0 });
});
await browser.close();
await served.close();
