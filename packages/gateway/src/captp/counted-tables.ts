/** What a CapTP connection has given out and taken in, counted: CapTP itself has no limit. */
import { Remotable } from '@endo/pass-style';
import { types } from 'node:util';
import { refuse } from '../refusals.js';

interface RemoteKit {
  readonly promise: Promise<unknown>;
  readonly settler: { resolveWithPresence(): object };
}

interface TableOptions {
  readonly releaseSlot: (slot: string) => void;
  readonly makeRemoteKit: (slot: string) => RemoteKit;
}

export interface CountedTables {
  readonly make: (options: never) => never;
  /** References that either side holds of the other. */
  readonly count: number;
}

export const makeCountedTables = (): CountedTables => {
  const exported = new Map<string, unknown>();
  const imported = new Map<string, WeakRef<object>>();
  let lastObject = 0;
  let lastPromise = 0;

  const make = ({ releaseSlot, makeRemoteKit }: TableOptions) => {
    const registry = new FinalizationRegistry<string>((slot) => {
      if (imported.get(slot)?.deref() !== undefined) return;
      if (imported.delete(slot)) releaseSlot(slot);
    });
    return {
      makeSlotForValue: (value: unknown) =>
        types.isPromise(value) ? `p+${++lastPromise}` : `o+${++lastObject}`,
      makeValueForSlot: (slot: string, iface: string | undefined) => {
        const { promise, settler } = makeRemoteKit(slot);
        if (slot.startsWith('p')) return { val: promise, settler };
        if (!slot.startsWith('o'))
          throw refuse('GATEWAY_PROTOCOL', 'this slot is of no known kind');
        const val = Remotable(
          typeof iface === 'string' && /^Alleged: /.test(iface) ? iface : 'Alleged: peer object',
          undefined,
          settler.resolveWithPresence() as never,
        );
        return { val, settler };
      },
      hasImport: (slot: string) => imported.get(slot)?.deref() !== undefined,
      getImport: (slot: string) => imported.get(slot)?.deref(),
      markAsImported: (slot: string, value: object) => {
        imported.set(slot, new WeakRef(value));
        registry.register(value, slot);
      },
      hasExport: (slot: string) => exported.has(slot),
      getExport: (slot: string) => exported.get(slot),
      markAsExported: (slot: string, value: unknown) => void exported.set(slot, value),
      deleteExport: (slot: string) => void exported.delete(slot),
      didDisconnect: () => {
        imported.clear();
        exported.clear();
      },
    };
  };

  return {
    make: make as unknown as CountedTables['make'],
    get count() {
      return exported.size + imported.size;
    },
  };
};
