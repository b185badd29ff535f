import type {
  BuildVatNamespace,
  GcTools,
  LiveSlotsConsole,
  LiveSlotsSyscall,
  MakeLiveSlots,
  VatDeliveryObject,
  VatID,
  VatstoreReader,
} from '@cooperage/types';
import { makeGcTools } from '../src/gc-tools.js';
import { makeSupervisor } from '../src/supervisor.js';

const silent: LiveSlotsConsole = {
  debug: () => undefined,
  log: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

const gcTools: GcTools = makeGcTools({
  afterMicrotasks: (callback) => {
    process.nextTick(callback);
  },
  nextTask: setImmediate,
  collect: () => undefined,
});

const buildVatNamespace: BuildVatNamespace = async () => ({ buildRootObject: () => undefined });

export type Script = (
  syscall: LiveSlotsSyscall,
  delivery: VatDeliveryObject,
) => void | Promise<void>;

export const delivery = (
  n: number,
  acked = n - 1,
  what: VatDeliveryObject = ['bringOutYourDead'],
): string => JSON.stringify({ n, acked, delivery: what });

/** A supervisor over a liveslots that is one function. */
export const supervise = (script: Script, rows: Record<string, string> = {}) => {
  const records: string[] = [];
  const store = new Map(Object.entries(rows));
  const vatstore: VatstoreReader = {
    get: (key) => store.get(key),
    getNextKey: (prior) => [...store.keys()].sort().find((key) => key > prior),
  };
  const makeLiveSlots: MakeLiveSlots = (syscall) => ({
    dispatch: async (delivered) => {
      await script(syscall, delivered);
      await gcTools.waitUntilQuiescent();
    },
  });
  const supervisor = makeSupervisor({
    vatID: 'v1' as VatID,
    makeLiveSlots,
    vatstore,
    buildVatNamespace,
    gcTools,
    console: silent,
    emit: (text) => records.push(text),
  });
  return { supervisor, records, store };
};
