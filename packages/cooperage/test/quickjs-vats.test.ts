/** Vats on QuickJS in a real kernel: what they print, and what becomes of those that mean harm. */
import { describe, expect, it } from 'vitest';
import { fixture, openForTest } from './helpers.js';

it('what a vat prints has its name, and errors say in which functions, files and lines they were thrown', async () => {
  const printed: { name: string; level: string; text: string }[] = [];
  const { send, run } = await openForTest({
    config: {
      engine: 'quickjs',
      vats: {
        ann: { source: fixture('complaining-vat.js') },
        ben: { source: fixture('complaining-vat.js') },
      },
    },
    on: { console: ({ name, level, text }) => printed.push({ name, level, text }) },
  });
  await send('ann', 'complain', [2]);
  await send('ben', 'complain', [3]);
  await run();
  for (const [name, value] of [
    ['ann', 2],
    ['ben', 3],
  ] as const) {
    const own = printed.filter((each) => each.name === name);
    expect(own.length).toBeGreaterThan(0);
    for (const { level } of own) expect(level).toBe('error');
    const text = own.map((each) => each.text).join('\n');
    expect(text).toContain(`${value} is too much`);
    const file = `${name}/.*complaining-vat\\.js`;
    expect(text).toMatch(new RegExp(`at check \\(${file}:3:\\d+\\)`));
    expect(text).toMatch(new RegExp(`at complain \\(${file}:10:\\d+\\)`));
  }
});

describe('a vat that means harm', () => {
  it.each([
    ['loopForEver', /more than 5000 ms/],
    ['loopInMicrotasks', /more than 5000 ms/],
    ['fillMemory', /larger than the memoryLimit of the vat/],
  ])('%s: it ends alone, and others are served meanwhile', async (method, reason) => {
    const ended: string[] = [];
    const source = fixture('worker-vat.js');
    const kernel = await openForTest({
      threads: 2,
      config: {
        engine: 'quickjs',
        // Which of two threads a vat gets depends on how busy they are: both could share one.
        vats: { bad: { source, ownThread: true, memoryLimit: 2 ** 26 }, good: { source } },
      },
      on: { 'vat-ended': ({ name, reason: why }) => ended.push(`${name}: ${why}`) },
    });
    const { send } = kernel;
    await send('good', 'increment');
    await send('bad', 'increment');
    // Long enough for a busy machine to serve the other one meanwhile. To fill its memory ends by itself.
    if (method !== 'fillMemory') await kernel.changeOptions('bad', { crankTimeLimit: 5_000 });
    let isOver = false;
    const harm = expect(send('bad', method)).rejects.toThrow(/terminated/);
    void harm.finally(() => {
      isOver = true;
    });
    let served = 1;
    while (!isOver) {
      served += 1;
      expect(await send('good', 'increment')).toBe(served);
    }
    await harm;
    // The first one was answered before the end of the other vat.
    expect(served).toBeGreaterThan(2);
    expect(ended).toHaveLength(1);
    expect(ended[0]).toMatch(/^bad: /);
    expect(ended[0]).toMatch(reason);
    expect(await send('good', 'count')).toBe(served);
  });
});
