import { readFileSync } from 'node:fs';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, describe, expect, it } from 'vitest';
import { openVat } from './helpers/vat.js';

const read = (file: string): string =>
  readFileSync(new URL(`./ecmascript/${file}`, import.meta.url), 'utf8');

/** Names of cases in which the engine does something else. */
const failures = JSON.parse(read('failures.json')) as readonly string[];

/** A vat with the cases of one file: each says what it logs, and gives what it should have logged. */
const bundleOf = (group: string): string =>
  JSON.stringify({
    moduleFormat: 'getExport',
    source: `function getExport() {
      ${read(`${group}.js`).replace('export const', 'const')};
      return { buildRootObject: () => Far('root', {
        names: () => harden(Object.keys(${group})),
        run: async (name) => {
          const seen = [];
          const wanted = await ${group}[name]((text) => { seen.push(String(text)); });
          return harden([seen.join(' '), wanted]);
        },
      }) };
    }`,
  });

const host = makeQuickJSWorkerHost({ threads: 1 });
afterAll(() => host.stop());

describe('the language, as vats use it', () => {
  it.each(['promises', 'proxies', 'collections'])('%s', async (group) => {
    const vat = openVat(host, { bundle: bundleOf(group) });
    const names = (await vat.value('names')) as string[];
    expect(names.length).toBeGreaterThan(4);
    const failed: string[] = [];
    for (const name of names) {
      const [seen, wanted] = (await vat.value('run', name)) as [string, string];
      if (failures.includes(name)) {
        if (seen !== wanted) failed.push(name);
      } else expect(seen, name).toBe(wanted);
    }
    expect(failed).toEqual(failures.filter((name) => names.includes(name)));
    await vat.stop();
  });
});

describe('what dies', () => {
  it('is told at bringOutYourDead, the same in every heap', async () => {
    const run = async (): Promise<readonly string[]> => {
      const bundle = JSON.stringify({
        moduleFormat: 'getExport',
        source: `function getExport() {
          let kept;
          return { buildRootObject: () => Far('root', {
            keep: (thing) => { kept = thing; },
            cycle: () => { const cycle = { kept }; cycle.cycle = cycle; kept = undefined; },
          }) };
        }`,
      });
      const vat = openVat(host, { bundle });
      const methargs = { body: '#["keep",["$0.Alleged: thing"]]', slots: ['o-7'] };
      await vat.deliver(['message', 'o+0', { methargs, result: null }]);
      const before = await vat.deliver(['bringOutYourDead']);
      expect(before.syscalls.map(([[tag]]) => tag)).not.toContain('dropImports');
      // A cycle: counting references does not find it.
      await vat.call('cycle');
      const { syscalls } = await vat.deliver(['bringOutYourDead']);
      expect(syscalls.map(([syscall]) => syscall)).toContainEqual(['dropImports', ['o-7']]);
      await vat.stop();
      return vat.texts;
    };
    const [one, other] = await Promise.all([run(), run()]);
    expect(other).toEqual(one);
  });
});
