/** The vectors of the kernel are data; what is committed is what their sources say. */
import { expect, test } from 'vitest';
import type { VectorCase } from '../src/kernel/vector.js';
import { crossings } from './kernel-vectors/crossings.js';
import { endings } from './kernel-vectors/endings.js';
import { garbage } from './kernel-vectors/garbage.js';
import { orders } from './kernel-vectors/orders.js';
import { promises } from './kernel-vectors/promises.js';
import { sends } from './kernel-vectors/sends.js';
import { upgrades } from './kernel-vectors/upgrades.js';

const FILES: Readonly<Record<string, readonly [about: string, cases: readonly VectorCase[]]>> = {
  sends: ['Messages: what is delivered when, and what counts and queues say meanwhile.', sends],
  promises: ['Promises: who is told what, where waiting messages go, what is left over.', promises],
  garbage: ['Garbage: two counts for each object, drop before retire, changes of mind.', garbage],
  endings: ['The end of a vat.', endings],
  crossings: ['Deliveries and records that cross.', crossings],
  orders: ['The two orders of retirement, and crashes.', orders],
  upgrades: ['Upgrades.', upgrades],
};

/** One step to a line. */
const format = (about: string, cases: readonly VectorCase[]): string => {
  const line = (value: unknown): string => JSON.stringify(value);
  const texts = cases.map(
    ({ steps, ...rest }) =>
      `    {\n${Object.entries(rest)
        .map(([key, value]) => `      ${line(key)}: ${line(value)},\n`)
        .join(
          '',
        )}      "steps": [\n${steps.map((step) => `        ${line(step)}`).join(',\n')}\n      ]\n    }`,
  );
  return `{\n  "format": 1,\n  "about": ${line(about)},\n  "cases": [\n${texts.join(',\n')}\n  ]\n}\n`;
};

test.each(Object.entries(FILES))('vectors/kernel/%s.json', async (name, [about, cases]) => {
  expect(new Set(cases.map((each) => each.name)).size).toBe(cases.length);
  const text = format(about, cases);
  expect(JSON.parse(text)).toMatchObject({ format: 1, about });
  await expect(text).toMatchFileSnapshot(`../vectors/kernel/${name}.json`);
});
