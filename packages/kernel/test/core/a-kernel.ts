/** A core over a store in memory, with vats that the test speaks for. */
import {
  isPromiseRef,
  type CrankTables,
  type CapData,
  type NumberedDelivery,
  type VatDeliveryObject,
  type VatID,
  type VatSyscallObject,
  type VRef,
  type KRef,
  type KObject,
  type KPromise,
  type Order,
} from '@cooperage/types';
import type { Effect, Host } from '../../src/index.js';
import { makeKernelStore, makeMemoryBackend, type MemoryBackend } from '@cooperage/store';
import { expect } from 'vitest';
import { checkTables } from '../../src/check/check.js';
import type { Core, Retired } from '../../src/core/core-contract.js';
import { makeCore } from '../../src/core/core.js';

export const vref = (text: string): VRef => text as VRef;
export const BUNDLE_ID = `b1-${'0'.repeat(128)}` as never;
export const NOTHING: CapData<never> = { body: '#"#undefined"', slots: [] };

/** Capdata of an array of references. */
export const data = <S extends string>(...slots: S[]): CapData<S> => ({
  body: `#${JSON.stringify(slots.map((slot, i) => `${/^k?p/.test(slot) ? '&' : '$'}${i}`))}`,
  slots,
});
/** Capdata of one object. */
export const sole = <S extends string>(slot: S): CapData<S> => ({ body: '#"$0"', slots: [slot] });
/** Arguments of a message. */
export const call = <S extends string>(method: string, ...slots: S[]): CapData<S> => ({
  body: `#${JSON.stringify([method, slots.map((slot, i) => `${/^k?p/.test(slot) ? '&' : '$'}${i}`)])}`,
  slots,
});
export const send = (
  target: string,
  method: string,
  slots: string[] = [],
  result?: string,
): VatSyscallObject => [
  'send',
  vref(target),
  {
    methargs: call(method, ...slots.map(vref)),
    result: result === undefined ? null : vref(result),
  },
];
export const fulfil = (vpid: string, value: CapData<VRef> = NOTHING): VatSyscallObject => [
  'resolve',
  [[vref(vpid), false, value]],
];
export const reject = (vpid: string, value: CapData<VRef> = NOTHING): VatSyscallObject => [
  'resolve',
  [[vref(vpid), true, value]],
];

export interface TestKernel {
  readonly core: Core;
  readonly backend: MemoryBackend;
  /** A static vat whose start is retired, with its root pinned. */
  vat(name: string, window?: number, ...parameters: KRef[]): TestVat;
  input<T>(act: (host: Host) => T): T;
  /** The voice of a vat that is there. */
  speakFor(vatID: VatID, root: KObject): TestVat;
  /** The rows themselves. */
  readonly tables: CrankTables;
  /** The rest of the effects since the last call. */
  effects(): Effect[];
  /** What the check of the whole database finds. */
  insistSound(): void;
  keys(prefix?: string): string[];
  owner(ko: KRef): string;
}

export interface TestVat {
  readonly vatID: VatID;
  readonly root: KObject;
  /** Deliveries that are out and that the test has not looked at. */
  deliveries(): NumberedDelivery[];
  /** The next delivery, which must be there. */
  next(): VatDeliveryObject;
  /** Completes the oldest delivery that is out. */
  does(...syscalls: VatSyscallObject[]): Retired;
  /** Sends any text as the next record. */
  says(text: string): Retired;
  readonly isAlive: boolean;
}

export const makeTestKernel = (
  order: Order = 'arrival',
  seed = 0,
  linkLimit?: number,
): TestKernel => {
  const backend = makeMemoryBackend();
  const store = makeKernelStore(backend);
  const core = makeCore({
    ...{ tables: store.tables, transcripts: store.transcripts },
    ...{ order, seed, linkLimit },
  });
  const { tables } = core.kernel;
  const inboxes = new Map<VatID, NumberedDelivery[]>();
  let others: Effect[] = [];

  const gather = (): void => {
    for (const effect of core.takeEffects()) {
      if (effect.type !== 'deliver') {
        others.push(effect);
        continue;
      }
      const list = inboxes.get(effect.vatID) ?? [];
      inboxes.set(effect.vatID, list);
      list.push(JSON.parse(effect.text) as NumberedDelivery);
    }
  };
  const insistSound = (): void => {
    expect(checkTables(tables.rows)).toEqual([]);
  };
  const settle = (): void => {
    gather();
    insistSound();
  };
  const input: TestKernel['input'] = (act) => {
    const result = core.input(act);
    settle();
    return result;
  };

  const speakFor = (vatID: VatID, root: KObject): TestVat => {
    const says = (text: string): Retired => {
      core.arrived(vatID, text);
      const retired = core.retireNext();
      settle();
      return retired as Retired;
    };
    return {
      vatID,
      root,
      says,
      deliveries: () => {
        gather();
        return (inboxes.get(vatID) ?? []).splice(0);
      },
      next: () => {
        gather();
        const next = inboxes.get(vatID)?.shift();
        if (next === undefined) throw new Error(`nothing is delivered to ${vatID}`);
        return next.delivery;
      },
      does: (...syscalls) =>
        says(
          JSON.stringify({
            n: tables.windows.acked(vatID) + 1,
            status: ['ok'],
            syscalls: syscalls.map((syscall) => [syscall]),
            usage: null,
          }),
        ),
      get isAlive() {
        return tables.vats.isAlive(vatID);
      },
    };
  };

  return {
    core,
    backend,
    input,
    speakFor,
    tables: store.tables,
    insistSound,
    effects: () => {
      gather();
      const taken = others;
      others = [];
      return taken;
    },
    keys: (prefix = '') =>
      [...tables.rows.keys(prefix, '\uffff')].filter((key) => key.startsWith(prefix)),
    owner: (ko) => tables.objects.get(ko as KObject).owner,
    vat: (name, window = 1, ...parameters) => {
      const { vatID, root } = input((host) => {
        const made = host.createVat(
          {
            name,
            bundleID: BUNDLE_ID,
            window,
            ownThread: false,
            crankTimeLimit: 1,
            liveslots: 'x',
          },
          data(...parameters),
        );
        host.pin(made.root);
        return made;
      });
      const vat = speakFor(vatID, root);
      vat.next();
      vat.does();
      return vat;
    },
  };
};

/** The numbers of outputs that wait for the host. */
export const outputsOf = ({ core }: TestKernel): number[] =>
  [...core.kernel.tables.outputs.list()].map(([number]) => number);

export const promisesOf = ({ core }: TestKernel): KPromise[] =>
  [...core.kernel.tables.rows.keys('kp', 'kp:')].filter((key) => !key.includes('.')) as KPromise[];

export { isPromiseRef };
