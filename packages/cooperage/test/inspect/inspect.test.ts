import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  checkStore,
  formatCall,
  formatCapData,
  listVats,
  makeRepairReport,
  readTranscript,
  showVat,
} from '@cooperage/tools';
import { type CooperageKernel, openKernel } from '../../src/index.js';
import { fixture } from '../helpers.js';

let kernel: CooperageKernel;

beforeAll(async () => {
  kernel = await openKernel({
    config: {
      bootstrap: 'customer',
      vats: {
        customer: { source: fixture('vats/customer.js') },
        shop: {
          source: fixture('vats/shop.js'),
          parameters: { prices: { bread: 3 } },
          window: 2,
          ownThread: true,
        },
      },
    },
    on: { console: () => undefined },
  });
  await kernel.run();
});

afterAll(() => kernel.close());

describe('a store is read as data:', () => {
  test('the vats', () => {
    const { vats, ended } = listVats(kernel.store);
    expect(ended).toEqual([]);
    expect(vats).toMatchObject([
      {
        vatID: 'v1',
        name: 'customer',
        isStatic: true,
        state: 'alive',
        window: 32,
        ownThread: false,
      },
      { vatID: 'v2', name: 'shop', isStatic: true, state: 'alive', window: 2, ownThread: true },
    ]);
    for (const { cranks, inbox, out } of vats) {
      expect(cranks).toBeGreaterThan(1);
      expect([inbox, out]).toEqual([0, 0]);
    }
  });

  test('a vat, by name and by id: what it holds, and the promises that it decides', () => {
    const shop = showVat(kernel.store, 'shop');
    expect(showVat(kernel.store, 'v2')).toEqual(shop);
    expect(shop.options).toMatchObject({ name: 'shop', window: 2, crankTimeLimit: 10_000 });
    expect(shop.counters).toMatchObject({ delivered: 2, acked: 2, transcriptEntries: 2 });
    expect(shop.counters.vatstoreKeys).toBeGreaterThan(0);
    expect(shop.objects).toMatchObject([
      { vref: 'o+0', direction: 'export', reachable: true, owner: 'v2' },
    ]);
    // The bread, which has not been served, and on which a message waits.
    expect(shop.promises).toMatchObject([
      { vref: 'p-1', state: 'unresolved', decider: 'v2', queued: 1, data: null },
    ]);
    const customer = showVat(kernel.store, 'customer');
    expect(customer.objects).toContainEqual(
      expect.objectContaining({ direction: 'import', owner: 'v2', kref: shop.objects[0]?.kref }),
    );
    expect(customer.objects).toContainEqual(
      expect.objectContaining({ direction: 'import', owner: 'kernel' }),
    );
  });

  test('a transcript, or a part of it', () => {
    const { vatID, name, newest, cranks } = readTranscript(kernel.store, 'shop');
    expect({ vatID, name, newest }).toEqual({ vatID: 'v2', name: 'shop', newest: 2 });
    const [start, order] = [...cranks];
    expect(start).toMatchObject({ n: 1, status: ['ok'] });
    expect(formatCapData(start?.delivery[1] as never)).toBe('{ prices: { bread: 3 } }');
    expect(order?.delivery[0]).toBe('message');
    const part = readTranscript(kernel.store, 'shop', { from: 2, to: 99 });
    expect([...part.cranks].map(({ n }) => n)).toEqual([2]);
    expect([...readTranscript(kernel.store, 'shop', { from: 3 }).cranks]).toEqual([]);
  });

  test('a vat that does not exist is VAT_NOT_FOUND, with what there is', () => {
    expect(() => showVat(kernel.store, 'shpo')).toThrow(
      expect.objectContaining({
        code: 'VAT_NOT_FOUND',
        message: 'no vat is named "shpo"; did you mean "shop"? (there are: customer, shop)',
      }),
    );
    expect(() => readTranscript(kernel.store, 'v9')).toThrow(
      expect.objectContaining({ code: 'VAT_NOT_FOUND' }),
    );
  });

  test('a sound database has no problems, and one with a damaged row says which', () => {
    expect(checkStore(kernel.store)).toEqual({ vats: 2, bundles: 2, problems: [] });
    const { tables } = kernel.store;
    tables.beginCrank();
    tables.set('v2.k.ko999', 'o-77');
    expect(checkStore(kernel.store).problems).toContainEqual(
      expect.objectContaining({ key: 'v2.k.ko999' }),
    );
    tables.abortCrank();
  });
});

test('a repair report says what each problem affects and how to repair it, and changes nothing', () => {
  const { tables } = kernel.store;
  const root = showVat(kernel.store, 'shop').objects[0]?.kref as string;
  const row = tables.get(root) as string;
  tables.beginCrank();
  tables.set(root, row.replace(/ \d+ /, ' 77 '));
  tables.set('rubbish', 'x');
  const before = new Map(tables.crankWrites());
  const repairs = makeRepairReport(kernel.store, checkStore(kernel.store));
  expect(new Map(tables.crankWrites())).toEqual(before);
  tables.abortCrank();
  const of = (key: string) => repairs.find((each) => each.key === key);
  expect(of(root)).toMatchObject({
    problem: expect.stringContaining('77') as string,
    row: expect.stringContaining('an object') as string,
    vats: [
      { vatID: 'v1', name: 'customer' },
      { vatID: 'v2', name: 'shop' },
    ],
    references: [root],
    effect: expect.stringContaining('never collected') as string,
    remedy: expect.stringContaining('correct the row') as string,
  });
  expect(of('rubbish')).toMatchObject({
    row: null,
    vats: [],
    remedy: expect.stringContaining('deleted') as string,
  });
  expect(makeRepairReport(kernel.store, checkStore(kernel.store))).toEqual([]);
});

describe('marshalled data', () => {
  test.each([
    ['#[1,"a",true,null]', [], '[1, "a", true, null]'],
    [
      '#{"a":"+7","b":"#undefined","!c":"!-d","e f":"-3"}',
      [],
      '{ a: 7n, b: undefined, c: "-d", "e f": -3n }',
    ],
    ['#["$0.Alleged: x","$0","&1"]', ['o-1', 'p+2'], '[o-1, o-1, p+2]'],
    ['#{"#error":"no","name":"TypeError"}', [], 'TypeError("no")'],
    ['#{"#tag":"copySet","payload":["a"]}', [], 'tagged("copySet", ["a"])'],
    ['#["#NaN","#-Infinity","%@@asyncIterator"]', [], '[NaN, -Infinity, Symbol(@@asyncIterator)]'],
    ['#{}', [], '{}'],
    ['what is this', ['o-1'], 'what is this [o-1]'],
  ])('%s is %s', (body, slots, text) => {
    expect(formatCapData({ body, slots })).toBe(text);
  });

  test('of a call is a method and its arguments', () => {
    expect(formatCall({ body: '#["buy",["+3","$0"]]', slots: ['o-5'] })).toBe('buy(3n, o-5)');
    expect(formatCall({ body: '#["#undefined",[1]]', slots: [] })).toBe('(1)');
    expect(formatCall({ body: '#["%@@asyncIterator",[]]', slots: [] })).toBe(
      'Symbol(@@asyncIterator)()',
    );
    expect(formatCall({ body: 'nonsense', slots: [] })).toBe('nonsense []');
  });
});
