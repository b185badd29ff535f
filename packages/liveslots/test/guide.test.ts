import './helpers/lockdown.js';
import { readFileSync } from 'node:fs';
import { E } from '@endo/eventual-send';
import harden from '@endo/harden';
import { Far } from '@endo/pass-style';
import * as patterns from '@endo/patterns';
import { describe, expect, test } from 'vitest';
import { makeExoMakers, provide } from '../src/zones/exos.js';
import type { VatData } from '../src/index.js';
import { makeHeapZone, makeZones } from '../src/zones/zones.js';
import { FakeVatstore, message, notify } from './helpers/fake-kernel.js';
import { makeVat, type BuildRoot, type VatUnderTest } from './helpers/vat.js';

const guide = readFileSync(new URL('../../../docs/vat-authors-guide.md', import.meta.url), 'utf8');

interface Snippet {
  readonly name: string;
  readonly over: string | undefined;
  readonly steps: readonly string[];
  readonly source: string;
}

const snippets: Snippet[] = [
  ...guide.matchAll(/<!-- vat (\w+)(?: over (\w+))?: (.*?) -->\s*```js\n(.*?)```/gs),
].map(([, name, over, steps, source]) => ({
  name: name as string,
  over,
  steps: (steps as string).split('; '),
  source: source as string,
}));

/** Evaluates a module's text with what a vat finds. */
const load = (source: string, vatData: () => VatData): BuildRoot => {
  const modules: Record<string, object> = {
    '@endo/patterns': patterns,
    'cooperage/vat': {
      ...makeExoMakers(vatData),
      ...makeZones(vatData),
      makeHeapZone,
      provide,
    },
  };
  const body = source
    .replace(/import (\{[^}]*\}) from '([^']*)';/g, (_all, names: string, from: string) => {
      expect(Object.keys(modules)).toContain(from);
      return `const ${names} = modules['${from}'];`;
    })
    .replace(/^export const /gm, 'const ');
  // eslint-disable-next-line @typescript-eslint/no-implied-eval
  const evaluate = new Function(
    'modules',
    'E',
    'Far',
    'harden',
    'VatData',
    `${body}\n return buildRootObject;`,
  ) as (...globals: unknown[]) => BuildRoot;
  return evaluate(modules, E, Far, harden, vatData());
};

const start = (source: string, store: FakeVatstore): Promise<VatUnderTest> => {
  let vatData: VatData | undefined;
  const buildRootObject: BuildRoot = (powers, parameters, baggage) => {
    vatData = powers.VatData as VatData;
    return load(source, () => vatData as VatData)(powers, parameters, baggage);
  };
  return makeVat(buildRootObject, { store });
};

const stores = new Map<string, FakeVatstore>();

describe('the programs of the vat authors’ guide', () => {
  test('are all checked', () => {
    expect(snippets.length).toBe(guide.match(/```js$/gm)?.length);
  });

  test.each(snippets)('$name', async ({ name, over, steps, source }) => {
    const store = over === undefined ? new FakeVatstore() : (stores.get(over) as FakeVatstore);
    stores.set(name, store);
    let vat = await start(source, store);
    let number = 100;
    for (const step of steps) {
      if (step === 'upgrade') {
        vat = await start(source, store);
        continue;
      }
      const settle = /^settle \w+ (.*)$/.exec(step);
      if (settle) {
        await vat.deliver(notify(['p-1', false, `#${settle[1]}`]));
        continue;
      }
      const call = /^(\w+)\((.*?)\) (=|fails|sends) (.*)$/.exec(step);
      expect(call, step).not.toBe(null);
      const [, method, given, verb, expected] = call as unknown as string[];
      const slots: string[] = [];
      const args = (given as string).replace(/[@&](\w+)/, (text) => {
        slots.push(text.startsWith('@') ? 'o-1' : 'p-1');
        return text.startsWith('@') ? '"$0.Alleged: bob"' : '"&0"';
      });
      const result = `p-${(number += 1)}`;
      const log: any[] = await vat.send(
        message('o+0', method as string, `[${args}]`, slots, result),
      );
      if (verb === 'sends') {
        expect(log[0].slice(0, 2)).toEqual(['send', 'o-1']);
        expect(log[0][2].methargs.body).toContain(`["${expected}",`);
        continue;
      }
      const [vpid, isReject, data] = log.find(([tag]) => tag === 'resolve')?.[1][0] ?? [];
      expect({ step, vpid, isReject }).toEqual({ step, vpid: result, isReject: verb === 'fails' });
      if (verb === 'fails') expect(data.body).toMatch(new RegExp(expected as string));
      else expect(data.body).toBe(expected === 'undefined' ? '#"#undefined"' : `#${expected}`);
    }
  });
});
