/** `cooperage inspect`: a page for a kernel, whether it runs or not, or for what was exported of one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { answersFor, type Overview, type TimelineView } from '@cooperage/inspect';
import { beforeAll, describe, expect, test } from 'vitest';
import { exportKernel } from '../../src/index.js';
import { runInProcess } from './run-in-process.js';
import { fixture, openForTest } from '../helpers.js';
import { start, temporaryFolder } from './processes.js';

const config = { vats: { ann: { source: fixture('cycle-vat.js') } } };

const makeKernel = async (directory: string, history: boolean): Promise<void> => {
  const kernel = await openForTest({ directory, config, history });
  await kernel.send('ann', 'makeNode');
  await kernel.close();
};

let folder: string;
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await temporaryFolder();
  await makeKernel(at('kernel'), true);
  await exportKernel(at('kernel'), at('recording.cooperage'));
  await makeKernel(at('forgetful'), false);
  await writeFile(at('notes.txt'), 'not a recording\n');
});

/** In this process: for what ends before there is a page. */
const inspectHere = async (...args: string[]) => {
  const { code, all } = await runInProcess(['inspect', ...args]);
  return { code, text: all.join('\n') };
};

describe('the page is served until a signal comes:', () => {
  test.each([
    ['of the directory of a kernel', 'kernel', 'SIGINT'],
    ['of an export', 'recording.cooperage', 'SIGTERM'],
  ] as const)('%s', async (_, source, signal) => {
    const started = await start(['inspect', source, '--json'], folder);
    const [, url = ''] = /"url": "([^"]+)"/.exec(await started.prints('"url"')) ?? [];
    await started.says('Ctrl-C ends it');
    expect((await fetch(new URL('/', url))).status).toBe(401);
    const entered = await fetch(url, { redirect: 'manual' });
    const [cookie = ''] = entered.headers.get('set-cookie')?.split(';') ?? [];
    const get = (path: string) => fetch(new URL(path, url), { headers: { cookie } });
    expect(await (await get('/')).text()).toContain('<title>cooperage inspect</title>');
    const overview = (await (await get('/data/overview')).json()) as Overview;
    expect(overview).toMatchObject({ source: at(source), first: 1 });
    const { boxes } = (await (await get('/data/timeline')).json()) as TimelineView;
    const made = boxes.find(({ label }) => label?.startsWith('makeNode('));
    expect(await (await get(`/data/crank/${made?.crank}`)).json()).toMatchObject({
      vat: 'ann',
      inside: { delivery: expect.stringContaining('makeNode') as string },
    });
    started.process.kill(signal);
    expect((await started.ended).code).toBe(0);
  });
});

test('a kernel that runs is shown with what it has committed by now', async () => {
  const kernel = await openForTest({ directory: at('kernel'), config, control: false });
  const answers = await answersFor(at('kernel'));
  const ask = async (path: string) =>
    answers(path.split('?')[0] ?? '', new URLSearchParams(path.split('?')[1]));
  const overview = async () => (await ask('overview')) as Overview;
  const timeline = async (from: number) => (await ask(`timeline?from=${from}`)) as TimelineView;
  const before = await overview();
  const boxes = (await timeline(1)).boxes;
  expect(before.isLive).toBe(true);
  await kernel.send('ann', 'makeNode');
  const { last } = await overview();
  expect(last).toBeGreaterThan(before.last);
  const more = await timeline(before.last + 1);
  expect(more.boxes.map(({ crank }) => crank)).toEqual(
    Array.from({ length: last - before.last }, (_, i) => before.last + 1 + i),
  );
  expect(more.boxes.map(({ label }) => label).join()).toContain('makeNode(');
  for (const { to } of more.arrows) expect(to).toBeGreaterThan(before.last);
  await kernel.close();
  expect((await timeline(1)).boxes.slice(0, boxes.length)).toEqual(boxes);
});

describe('it is refused', () => {
  test.each([
    ['a file that is no recording', 'notes.txt', /BAD_EXPORT: .*notes\.txt is not an export/],
    ['a kernel without a history', 'forgetful', /NO_HISTORY: .*`history: true`/],
    ['what is not there', 'missing', /BAD_ARGUMENT: there is no kernel and no recording at/],
  ])('%s', async (_, source, error) => {
    const { code, text } = await inspectHere(at(source));
    expect(text).toMatch(error);
    expect(code).toBe(1);
  });

  test('a port that is none, as a mistake in the command line', async () => {
    expect((await inspectHere(at('kernel'), '--port', '70000')).code).toBe(2);
  });
});
