/** What a heap holds weakly is as weak in a copy of it, and dies in each of the two for itself. */
import { type HeapImage } from '@cooperage/types';
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';
import { afterAll, expect, it } from 'vitest';
import { makeQuickJSEngine } from '../src/engine/quickjs.js';
import { bundleOf, makeImages, openVat, type TestVat } from './helpers/vat.js';

const engine = makeQuickJSEngine();
const powers = { host: () => undefined, poll: () => undefined };

it.each([
  ['by its last reference', ''],
  ['by a collection', 'kept.self = kept;'],
])('WeakRef, WeakMap, WeakSet and FinalizationRegistry, of what dies %s', (_how, cycle) => {
  const program = engine.compile(
    `const call = globalThis.host;
     let kept = { name: 'kept' };
     ${cycle}
     const ref = new WeakRef(kept);
     const map = new WeakMap([[kept, 'value']]);
     const set = new WeakSet([kept]);
     const told = [];
     const registry = new FinalizationRegistry((held) => { told.push(held); });
     registry.register(kept, 'gone');
     globalThis.receive = (operation) => {
       if (operation === 'drop') { kept = undefined; call('collect', ''); }
       if (operation !== 'look') return undefined;
       const found = ref.deref();
       return JSON.stringify([found?.name, map.get(found), set.has(found), told]);
     };`,
    'test',
  );
  const original = engine.boot([program], powers);
  const there = '["kept","value",true,[]]';
  const gone = '[null,null,false,["gone"]]';
  expect(original.call('look', '')).toBe(there);
  const memory = original.memory().slice();
  const copy = () => {
    const limits = { memoryLimit: 32e6 };
    const machine = engine.restore(
      original.state(),
      (fresh) => fresh.set(memory),
      powers,
      limits,
      'guarded',
    );
    machine.startMeter(undefined);
    return machine;
  };
  const [first, second] = [copy(), copy()];
  first.call('drop', '');
  expect(first.call('look', '')).toBe(gone);
  expect(second.call('look', '')).toBe(there);
  expect(original.call('look', '')).toBe(there);
  original.call('drop', '');
  expect(original.call('look', '')).toBe(gone);
});

const host = makeQuickJSWorkerHost({ threads: 2 });
const { originOf } = makeImages(host);
afterAll(() => host.stop());

it('a vat that comes from an image lets go of imports as the one that it was copied from', async () => {
  const bundle = bundleOf(
    `{
      keep: (thing) => { kept = thing; marks.set(thing, 'marked'); table.init(thing, 'noted'); },
      marked: (thing) => [marks.get(thing), table.has(thing) && table.get(thing)],
      forget: () => { kept = undefined; },
    }`,
    `let kept; const marks = new WeakMap();
     const table = VatData.makeScalarBigWeakMapStore('table')`,
  );
  const say = async (vat: TestVat, method: string) => {
    const methargs = { body: `#["${method}",["$0.Alleged: thing"]]`, slots: ['o-7'] };
    return vat.deliver(['message', 'o+0', { methargs, result: 'p-7' }]);
  };
  const rows = new Map<string, string>();
  const vat = openVat(host, { bundle, rows });
  await say(vat, 'keep');
  const origin = originOf((await vat.snapshot()) as HeapImage);
  const copy = openVat(host, { bundle, rows: new Map(rows), origin });
  const ends = async (each: TestVat) => {
    const marked = await say(each, 'marked');
    await each.call('forget');
    return [marked.syscalls, (await each.deliver(['bringOutYourDead'])).syscalls];
  };
  const [inCopy, inOriginal] = [await ends(copy), await ends(vat)];
  expect(JSON.stringify(inOriginal[0])).toContain('marked');
  expect(inOriginal[1]?.map(([syscall]) => syscall)).toContainEqual(['dropImports', ['o-7']]);
  expect(inCopy).toEqual(inOriginal);
  await Promise.all([vat, copy].map((each) => each.stop()));
});
