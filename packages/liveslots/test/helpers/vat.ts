/** One vat under test: liveslots between a fake kernel and a `buildRootObject`. */
import type {
  LiveSlotsConsole,
  LiveSlotsOptions,
  MakeLiveSlots,
  SyscallEntry,
  VatDeliveryObject,
  VatSyscallObject,
} from '@cooperage/types';
import { makeLiveSlots } from '../../src/index.js';
import { FakeVatstore, makeFakeSyscall, startVat, withoutStorage } from './fake-kernel.js';
import { makeFakeGc, type FakeGc } from './gc-tools.js';

export type BuildRoot = (vatPowers: any, vatParameters: any, baggage: any) => unknown;

export interface VatUnderTest {
  readonly store: FakeVatstore;
  readonly gc: FakeGc;
  readonly testHooks: any;
  readonly console: { readonly level: string; readonly args: unknown[] }[];
  /** Delivers, and returns the syscalls of the crank. */
  deliver(delivery: VatDeliveryObject): Promise<VatSyscallObject[]>;
  /** `deliver`, with what was answered. */
  record(delivery: VatDeliveryObject): Promise<SyscallEntry[]>;
  /** Learns of a `bringOutYourDead` of the past: its rows are written, and nothing is asked. */
  replayDeaths(past: readonly SyscallEntry[]): void;
  /** `deliver`, without what concerns the vatstore. */
  send(delivery: VatDeliveryObject): Promise<VatSyscallObject[]>;
  dispatch(delivery: VatDeliveryObject): Promise<unknown>;
}

export interface VatUnderTestOptions {
  readonly make?: MakeLiveSlots;
  readonly store?: FakeVatstore;
  readonly options?: LiveSlotsOptions;
  readonly vatPowers?: Record<string, unknown>;
  readonly vatID?: string;
  readonly gc?: FakeGc;
  /** False: the vat is made but not started. */
  readonly start?: boolean;
  readonly startDelivery?: VatDeliveryObject;
  readonly callNow?: (target: never, method: string, args: never) => never;
}

export const makeVat = async (
  buildRootObject: BuildRoot,
  {
    make = makeLiveSlots,
    store = new FakeVatstore(),
    options = {},
    vatPowers = {},
    vatID = 'v1',
    gc = makeFakeGc(),
    start = true,
    startDelivery = startVat(),
    callNow,
  }: VatUnderTestOptions = {},
): Promise<VatUnderTest> => {
  const kernel = makeFakeSyscall(store, callNow);
  const messages: { level: string; args: unknown[] }[] = [];
  const console = Object.fromEntries(
    ['debug', 'log', 'info', 'warn', 'error'].map((level) => [
      level,
      (...args: unknown[]) => messages.push({ level, args }),
    ]),
  ) as unknown as LiveSlotsConsole;
  const liveSlots = make(
    kernel.syscall,
    vatID,
    vatPowers,
    options,
    gc.gcTools,
    console,
    async () => ({
      buildRootObject,
    }),
  ) as any;
  const hooks: unknown = liveSlots.testHooks;
  const deliver = async (delivery: VatDeliveryObject): Promise<VatSyscallObject[]> => {
    await liveSlots.dispatch(delivery);
    return kernel.take();
  };
  if (start) await deliver(startDelivery);
  return {
    store,
    gc,
    testHooks: hooks,
    console: messages,
    deliver,
    async record(delivery) {
      await liveSlots.dispatch(delivery);
      return kernel.takeEntries();
    },
    replayDeaths(past) {
      for (const [syscall] of past) {
        if (syscall[0] === 'vatstoreSet') store.set(syscall[1], syscall[2]);
        if (syscall[0] === 'vatstoreDelete') store.delete(syscall[1]);
      }
      liveSlots.replayDeaths?.(past);
      if (kernel.log.length > 0) throw Error('a replayed bringOutYourDead made a syscall');
    },
    send: async (delivery) => withoutStorage(await deliver(delivery)),
    dispatch: (delivery) => liveSlots.dispatch(delivery),
  };
};
