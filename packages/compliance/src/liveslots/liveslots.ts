import {
  type GcTools,
  type MakeLiveSlots,
  reachedByDataKey,
  type VatNamespace,
  type VRef,
} from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { capOf, driveLiveSlots, type LiveSlotsVat } from './driver.js';

/** What vats of the suite use, of the implementation's own copy of these packages. */
export interface VatTools {
  readonly E: (
    target: unknown,
  ) => Readonly<Record<string, (...args: unknown[]) => Promise<unknown>>>;
  readonly Far: (
    name: string,
    methods: Readonly<Record<string, (...args: never[]) => unknown>>,
  ) => unknown;
  readonly harden: <T>(value: T) => T;
}

export interface LiveSlotsSuite {
  readonly makeLiveSlots: MakeLiveSlots;
  readonly gcTools: () => GcTools;
  readonly tools: VatTools;
  readonly supports: {
    /** News of garbage that is unknown is ignored: it may cross with what the vat does. */
    readonly unknownGarbage: boolean;
    /** A delivery that fails leaves no unhandled rejection behind. */
    readonly tidyFailure: boolean;
    /** What another vat sends cannot end this one, even if it is nonsense. */
    readonly unreadableData: boolean;
  };
}

type VatData = Readonly<Record<string, (...args: unknown[]) => never>>;

/** The behaviour of a liveslots, as tests: deliveries in, syscalls out, rows as the field's liveslots keep them. */
export const liveSlotsCompliance = (suite: LiveSlotsSuite): void => {
  const { makeLiveSlots, gcTools, supports } = suite;
  const { E, Far, harden } = suite.tools;

  const start = (build: VatNamespace['buildRootObject'], rows?: Map<string, string>) =>
    driveLiveSlots(makeLiveSlots, gcTools(), build, rows);
  const startWith = (methods: Parameters<VatTools['Far']>[1]): Promise<LiveSlotsVat> =>
    start(() => Far('root', methods));
  const resolved = (vpid: string, body: string, slots: string[] = []) => [
    'resolve',
    [[vpid, false, capOf(body, slots)]],
  ];
  const bob = '["$0.Alleged: bob"]';

  describe('a liveslots', () => {
    describe('messages', () => {
      it('call a method and resolve the result', async () => {
        const vat = await startWith({ add: (a: number, b: number) => a + b });
        expect(await vat.message('o+0', 'add', '[1,2]', [], 'p-1')).toEqual([
          resolved('p-1', '#3'),
        ]);
      });

      it('that throw reject the result with an error that bears an id', async () => {
        const vat = await startWith({
          fail() {
            throw RangeError('no');
          },
        });
        const error = { '#error': 'no', errorId: 'error:liveSlots:v1#70001', name: 'RangeError' };
        expect(await vat.message('o+0', 'fail', '[]', [], 'p-1')).toEqual([
          ['resolve', [['p-1', true, capOf(`#${JSON.stringify(error)}`)]]],
        ]);
      });

      it('answered later resolve later, and those without result make no syscall', async () => {
        let settle: (value: unknown) => void = () => {};
        const vat = await startWith({
          wait: () => new Promise((resolve) => (settle = resolve)),
          go: () => settle('went'),
        });
        expect(await vat.message('o+0', 'wait', '[]', [], 'p-1')).toEqual([]);
        expect(await vat.message('o+0', 'go')).toEqual([resolved('p-1', '#"went"')]);
      });

      it('go out of the vat in the order sent, pipelined to answers that are not there', async () => {
        const vat = await startWith({
          relay(target: unknown) {
            void E(E(target).first?.(1)).second?.(target);
          },
        });
        expect(await vat.message('o+0', 'relay', bob, ['o-5'])).toEqual([
          ['send', 'o-5', { methargs: capOf('#["first",[1]]'), result: 'p+5' }],
          ['subscribe', 'p+5'],
          ['send', 'p+5', { methargs: capOf(`#["second",${bob}]`, ['o-5']), result: 'p+6' }],
          ['subscribe', 'p+6'],
        ]);
      });

      it('of a vat to itself give it its own promise to decide', async () => {
        const vat = await startWith({
          start: (self: unknown) => void E(self).ask?.(),
          ask: () => 'answer',
        });
        await vat.message('o+0', 'start', bob, ['o-5']);
        expect(await vat.message('o+0', 'ask', '[]', [], 'p+5')).toEqual([
          resolved('p+5', '#"answer"'),
        ]);
        expect(await vat.notify(['p+5', false, '#"answer"'])).toEqual([]);
      });

      if (supports.unreadableData) {
        it('that cannot be read are errors to their sender, and the vat goes on', async () => {
          const vat = await startWith({ hello: () => 'hello' });
          const [resolve] = await vat.message('o+0', 'hello', '[{"#tag":7}]', [], 'p-1');
          expect(resolve).toMatchObject(['resolve', [['p-1', true, { slots: [] }]]]);
          expect(await vat.message('o+0', 'hello', '[]', [], 'p-2')).toEqual([
            resolved('p-2', '#"hello"'),
          ]);
        });
      }
    });

    describe('objects', () => {
      it('get numbers from 10 when they first go out, and keep them', async () => {
        const thing = Far('thing', {});
        const vat = await startWith({ give: () => thing });
        const given = resolved('p-1', '#"$0.Alleged: thing"', ['o+10']);
        expect(await vat.message('o+0', 'give', '[]', [], 'p-1')).toEqual([given]);
        expect(await vat.message('o+0', 'give', '[]', [], 'p-1')).toEqual([given]);
      });

      it('of other vats are one presence each', async () => {
        const seen: unknown[] = [];
        const vat = await startWith({ take: (x: unknown) => void seen.push(x) });
        await vat.message('o+0', 'take', bob, ['o-5']);
        await vat.message('o+0', 'take', bob, ['o-5']);
        expect(seen[0]).toBe(seen[1]);
      });
    });

    describe('promises', () => {
      it('that come in are subscribed to and settle by news, of which unknown ones are ignored', async () => {
        const seen: unknown[] = [];
        const vat = await startWith({
          follow: (p: Promise<unknown>) => void p.then((x) => seen.push(x)),
        });
        expect(await vat.message('o+0', 'follow', '["&0"]', ['p-3'])).toEqual([
          ['subscribe', 'p-3'],
        ]);
        await vat.notify(['p-3', false, '#"news"'], ['p-99', false, '#1'], ['p+99', true, '#2']);
        expect(seen).toEqual(['news']);
      });

      it('that are unknown are new imports, whichever side numbered them', async () => {
        const vat = await startWith({ take() {} });
        for (const vpid of ['p-7', 'p+77']) {
          expect(await vat.message('o+0', 'take', '["&0"]', [vpid])).toEqual([['subscribe', vpid]]);
        }
        const log = await vat.message('p-8', 'hello', '[]', [], 'p-9');
        expect(log.map(([tag, target]) => [tag, target]).slice(0, 2)).toEqual([
          ['subscribe', 'p-8'],
          ['send', 'p-8'],
        ]);
      });

      it('in cycles are resolved under one name', async () => {
        const vat = await startWith({
          cycle(target: unknown) {
            let settle: (value: unknown) => void = () => {};
            const p = new Promise((resolve) => (settle = resolve));
            settle(harden([p]));
            void E(target).take?.(p);
          },
        });
        const log = await vat.message('o+0', 'cycle', bob, ['o-5']);
        expect(log.at(-1)).toEqual(resolved('p+5', '#["&0"]', ['p+5']));
      });
    });

    describe('the end', () => {
      it('of a vat by its own word keeps the crank, or not', async () => {
        const vat = await start((powers) => {
          const exits = powers as unknown as Record<'exitVat' | 'exitVatWithFailure', never>;
          return Far('root', { done: exits.exitVat, fail: exits.exitVatWithFailure });
        });
        expect(await vat.message('o+0', 'done', '["bye"]')).toEqual([
          ['exit', false, capOf('#"bye"')],
        ]);
        expect(await vat.message('o+0', 'fail', '["woe"]')).toEqual([
          ['exit', true, capOf('#"woe"')],
        ]);
      });
    });

    describe('garbage', () => {
      it('that a kernel drops and retires goes; what is unknown does no harm', async () => {
        const vat = await startWith({ give: () => Far('thing', {}) });
        await vat.message('o+0', 'give', '[]', [], 'p-1');
        expect(await vat.deliver(['dropExports', ['o+10'] as never])).toEqual([]);
        expect(await vat.deliver(['retireExports', ['o+10'] as never])).toEqual([]);
        expect(await vat.deliver(['retireImports', ['o-77'] as never])).toEqual([]);
        await vat.deliver(['bringOutYourDead']);
        if (supports.unknownGarbage) {
          const unknown = ['o+77', 'o+d33/1', 'o+v34/1:2'];
          expect(await vat.deliver(['dropExports', unknown as never])).toEqual([]);
          expect(await vat.deliver(['retireExports', unknown as never])).toEqual([]);
        }
      });
    });

    describe('data', () => {
      const build: VatNamespace['buildRootObject'] = (powers, _parameters, bag) => {
        const { VatData } = powers as unknown as { VatData: VatData };
        const baggage = bag as {
          has(key: string): boolean;
          get(key: string): never;
          init(key: string, value: unknown): void;
        };
        if (!baggage.has('kind')) baggage.init('kind', VatData.makeKindHandle?.('counter'));
        const methods = {
          add: ({ state }: { state: { count: number } }) => (state.count += 1),
        };
        const make = VatData.defineDurableKind?.(
          baggage.get('kind'),
          () => ({ count: 0 }),
          methods,
        ) as unknown as () => unknown;
        if (!baggage.has('counter')) baggage.init('counter', make());
        return Far('root', {
          add: () => (baggage.get('counter') as { add(): number }).add(),
        });
      };

      it('is kept in the rows of the field, and survives an upgrade', async () => {
        const vat = await start(build);
        expect(await vat.message('o+0', 'add', '[]', [], 'p-1')).toEqual([resolved('p-1', '#1')]);
        expect(vat.rows.get('baggageID')).toBe('o+d6/1');
        expect(vat.rows.get('vom.o+d10/1')).toBe('{"count":{"body":"#1","slots":[]}}');
        expect(vat.rows.get(reachedByDataKey('o+d10/1' as VRef))).toBe('1');
        const next = await start(build, new Map(vat.rows));
        expect(await next.message('o+0', 'add', '[]', [], 'p-1')).toEqual([resolved('p-1', '#2')]);
      });
    });

    if (supports.tidyFailure) {
      it('rejects what is no delivery', async () => {
        const vat = await startWith({});
        await expect(vat.deliver(['nonsense'] as never)).rejects.toThrow();
      });
    }
  });
};
