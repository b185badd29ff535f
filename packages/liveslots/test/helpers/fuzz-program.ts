/**
 * A vat that does what it is told: operations on everything that `VatData` and
 * its powers offer, over values that it holds under labels. The same program
 * runs on two liveslots; what it sees is described in words that both share.
 */
import { E } from '@endo/eventual-send';
import harden from '@endo/harden';
import { Far, passStyleOf } from '@endo/pass-style';
import { M } from '@endo/patterns';

export type Expr =
  | { readonly lit: unknown }
  | { readonly ref: string }
  | { readonly list: readonly Expr[] }
  | { readonly record: Readonly<Record<string, Expr>> };

export type Op =
  | { readonly do: 'hold'; readonly labels: readonly string[] }
  | { readonly do: 'make'; readonly what: string; readonly label: string; readonly init: Expr }
  | { readonly do: 'forget'; readonly labels: readonly string[] }
  | {
      readonly do: 'call';
      readonly on: string;
      readonly method: string;
      readonly args: readonly Expr[];
      readonly as?: string;
    }
  | {
      readonly do: 'list';
      readonly on: string;
      readonly method: string;
      readonly args: readonly Expr[];
    }
  | {
      readonly do: 'send';
      readonly on: string;
      readonly method: string;
      readonly args: readonly Expr[];
      readonly as: string;
    }
  | {
      /** A message that wants no answer. */
      readonly do: 'tell';
      readonly on: string;
      readonly method: string;
      readonly args: readonly Expr[];
      /** The target lives in another vat. */
      readonly isFar: boolean;
    }
  | {
      readonly do: 'settle';
      readonly label: string;
      readonly reject: boolean;
      readonly value: Expr;
    }
  | {
      readonly do: 'watch';
      readonly promise: string;
      readonly watcher: string;
      readonly args: readonly Expr[];
    }
  | { readonly do: 'durable?'; readonly value: Expr }
  | { readonly do: 'give'; readonly value: Expr };

export interface Program {
  readonly buildRootObject: (vatPowers: any, parameters: any, baggage: any) => unknown;
  readonly held: Map<string, any>;
  readonly evaluate: (expr: Expr) => any;
  /** What happened, in words. */
  readonly outcomes: string[];
}

const settlers = new WeakMap<object, { resolve(x: unknown): void; reject(x: unknown): void }>();

/** @param losesTells the liveslots under it loses what `E.sendOnly` sends to another vat: it sends nothing */
export const makeProgram = (ops: readonly Op[], losesTells = false): Program => {
  const held = new Map<string, any>();
  const outcomes: string[] = [];

  const describeValue = (value: any, depth = 0): string => {
    if (depth > 6) return '…';
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'symbol') return String(value);
    if (typeof value !== 'object' || value === null) {
      return Object.is(value, -0) ? '0' : (JSON.stringify(value) ?? 'undefined');
    }
    for (const [label, known] of held) if (known === value) return `@${label}`;
    if (Array.isArray(value)) return `[${value.map((x) => describeValue(x, depth + 1)).join()}]`;
    if (value instanceof Error) return `error ${value.name}`;
    switch (passStyleOf(value) as string) {
      case 'copyRecord':
        return `{${Object.keys(value)
          .sort()
          .map((key) => `${key}:${describeValue(value[key], depth + 1)}`)
          .join()}}`;
      case 'tagged':
        return `${value[Symbol.toStringTag]}(${describeValue(value.payload, depth + 1)})`;
      default:
        return `<${String(value[Symbol.toStringTag]).replace(/presence o-\d+/, 'presence')}>`;
    }
  };

  const evaluate = (expr: Expr): any => {
    if ('lit' in expr) return expr.lit;
    if ('ref' in expr) {
      if (!held.has(expr.ref)) throw Error(`no ${expr.ref}`);
      return held.get(expr.ref);
    }
    if ('list' in expr) return harden(expr.list.map(evaluate));
    return harden(
      Object.fromEntries(Object.entries(expr.record).map(([key, x]) => [key, evaluate(x)])),
    );
  };

  return {
    held,
    evaluate,
    outcomes,
    buildRootObject(vatPowers, _parameters, baggage) {
      const { VatData, WeakMap: VatWeakMap, WeakSet: VatWeakSet } = vatPowers;
      held.set('baggage', baggage);
      const handleOf = (tag: string) => {
        const key = `kind ${tag}`;
        if (!baggage.has(key)) baggage.init(key, VatData.makeKindHandle(tag));
        return baggage.get(key);
      };
      const thing = {
        get: ({ state }: any, name: string) => state[name],
        set: ({ state }: any, name: string, value: any) => {
          state[name] = value;
        },
        self: ({ self }: any) => self,
        swap: ({ state }: any) => {
          const { a, b } = state;
          state.a = b;
          state.b = a;
        },
      };
      const kit = {
        alpha: {
          get: ({ state }: any, name: string) => state[name],
          set: ({ state }: any, name: string, value: any) => {
            state[name] = value;
          },
          beta: ({ facets }: any) => facets.beta,
        },
        beta: {
          get: ({ state }: any, name: string) => state[name],
          alpha: ({ facets }: any) => facets.alpha,
        },
      };
      const init = (a: unknown, b: unknown) => ({ a, b });
      const shape = { stateShape: harden({ a: M.any(), b: M.any() }) };
      const makers: Record<string, (a: any, b: any) => any> = {
        virtual: VatData.defineKind('virtual', init, thing),
        virtualShaped: VatData.defineKind('virtualShaped', init, thing, shape),
        virtualKit: VatData.defineKindMulti('virtualKit', init, kit),
        durable: VatData.defineDurableKind(handleOf('durable'), init, thing),
        durableShaped: VatData.defineDurableKind(handleOf('durableShaped'), init, thing, shape),
        durableKit: VatData.defineDurableKindMulti(handleOf('durableKit'), init, kit, {
          finish: ({ state }: any) => {
            if (state.b === undefined) state.b = 'finished';
          },
        }),
        watcher: VatData.defineDurableKind(handleOf('watcher'), init, {
          onFulfilled: ({ state }: any, value: unknown, ...args: unknown[]) => {
            outcomes.push(`fulfilled ${describeValue([state.a, value, ...args])}`);
          },
          onRejected: ({ state }: any, reason: unknown, ...args: unknown[]) => {
            outcomes.push(`rejected ${describeValue([state.a, reason, ...args])}`);
          },
        }),
        remotable: (name) => Far(String(name), { get: () => name }),
        map: () => VatData.makeScalarBigMapStore('map'),
        weakMap: () => VatData.makeScalarBigWeakMapStore('weakMap'),
        set: () => VatData.makeScalarBigSetStore('set'),
        weakSet: () => VatData.makeScalarBigWeakSetStore('weakSet'),
        durableMap: () => VatData.makeScalarBigMapStore('dmap', { durable: true }),
        durableWeakMap: () => VatData.makeScalarBigWeakMapStore('dwmap', { durable: true }),
        durableSet: () => VatData.makeScalarBigSetStore('dset', { durable: true }),
        durableWeakSet: () => VatData.makeScalarBigWeakSetStore('dwset', { durable: true }),
        shapedMap: (x) =>
          VatData.makeScalarBigMapStore('shaped', {
            keyShape: M.or(M.string(), M.number()),
            valueShape: harden(M.or(x, M.any())),
          }),
        vatWeakMap: () => new VatWeakMap(),
        vatWeakSet: () => new VatWeakSet(),
        promise() {
          let settler: any;
          const promise = new Promise((resolve, reject) => {
            settler = { resolve, reject };
          });
          promise.catch(() => {});
          settlers.set(promise, settler);
          return harden(promise);
        },
      };

      const run = (op: Op): unknown => {
        switch (op.do) {
          case 'make': {
            const args = evaluate(op.init);
            // The published maker counts references even where it then fails.
            if (/^(durable|watcher)/.test(op.what) && !VatData.canBeDurable(args)) {
              throw Error('not durable');
            }
            held.set(op.label, makers[op.what]?.(...(args as [any, any])));
            return undefined;
          }
          case 'forget':
            for (const label of op.labels) held.delete(label);
            return undefined;
          case 'call': {
            const result = held.get(op.on)[op.method](...op.args.map(evaluate));
            const words = describeValue(result);
            if (op.as !== undefined && typeof result === 'object' && result !== null) {
              held.set(op.as, result);
            }
            return words;
          }
          case 'list':
            return [...held.get(op.on)[op.method](...op.args.map(evaluate))].map((x) =>
              describeValue(x),
            );
          case 'send': {
            const target: any = E(held.get(op.on));
            const promise = target[op.method](...op.args.map(evaluate));
            promise.catch(() => {});
            held.set(op.as, promise);
            return undefined;
          }
          case 'tell': {
            if (op.isFar && losesTells) return undefined;
            const target: any = E.sendOnly(held.get(op.on));
            void target[op.method](...op.args.map(evaluate));
            return undefined;
          }
          case 'settle': {
            const promise = held.get(op.label);
            const value = evaluate(op.value);
            if (op.reject) settlers.get(promise)?.reject(value);
            else settlers.get(promise)?.resolve(value);
            return undefined;
          }
          case 'watch':
            // What is no watcher is refused at once by ours, and later by the published one.
            if (typeof held.get(op.watcher)?.onFulfilled !== 'function') throw Error('no watcher');
            if (!(held.get(op.promise) instanceof Promise)) throw Error('no promise');
            VatData.watchPromise(
              held.get(op.promise),
              held.get(op.watcher),
              ...op.args.map(evaluate),
            );
            return undefined;
          case 'durable?':
            return VatData.canBeDurable(evaluate(op.value));
          case 'give':
          case 'hold':
            return undefined;
          default:
            throw Error('no such operation');
        }
      };

      return Far('root', {
        run(n: number, ...imported: any[]) {
          const op = ops[n] as Op;
          if (op.do === 'hold') {
            op.labels.forEach((label, index) => {
              held.set(label, imported[index]);
              if (imported[index] instanceof Promise) imported[index].catch(() => {});
            });
          }
          try {
            outcomes.push(JSON.stringify(run(op) ?? null));
            return op.do === 'give' ? evaluate(op.value) : undefined;
          } catch (error: any) {
            outcomes.push(`threw ${error.name}`);
            if (globalThis.process?.env.FUZZ_TRACE) outcomes.push(`${error.message}`);
            return undefined;
          }
        },
      });
    },
  };
};
