/**
 * A crank, from the outside: a delivery goes in, user code runs until it has
 * lost agency, what was kept for the end of the crank is written, and the crank
 * is over.
 */
import { makeError, q, X } from '@endo/errors';
import type { CapData, GcTools, VatDeliveryObject, VRef } from '@cooperage/types';
import type { CrankGate } from './crank-gate.js';
import type { Receiver } from './receiver.js';

export interface DispatchParts {
  readonly gate: CrankGate;
  readonly gcTools: Pick<GcTools, 'waitUntilQuiescent' | 'meterControl'>;
  readonly receiver: Receiver;
  startVat(vatParameters: CapData<VRef>): Promise<void>;
  dropExports(vrefs: readonly VRef[]): void;
  retireExports(vrefs: readonly VRef[]): void;
  retireImports(vrefs: readonly VRef[]): void;
  /** Finds what died, and says so. */
  scanForDead(): Promise<void>;
  retentionStats(): Readonly<Record<string, number>>;
  changeVatOptions(options: Readonly<Record<string, unknown>>): void;
  /** Writes the rows that are written once in a crank. */
  flush(): void;
}

export const makeDispatch = (
  parts: DispatchParts,
): ((delivery: VatDeliveryObject) => Promise<unknown>) => {
  const { gate, receiver } = parts;
  const { gcTools } = parts;
  const { meterControl } = gcTools;
  let started = false;

  const insistStarted = (): void => {
    if (!started) throw makeError(X`startVat must be the first delivery`);
  };

  /** The first turn of a crank. Only startVat has something to wait for. */
  const begin = (delivery: VatDeliveryObject): Promise<void> | undefined => {
    switch (delivery[0]) {
      case 'message':
        insistStarted();
        receiver.message(delivery[1], delivery[2]);
        return undefined;
      case 'notify':
        insistStarted();
        receiver.notify(delivery[1]);
        return undefined;
      case 'dropExports':
        parts.dropExports(delivery[1]);
        return undefined;
      case 'retireExports':
        parts.retireExports(delivery[1]);
        return undefined;
      case 'retireImports':
        parts.retireImports(delivery[1]);
        return undefined;
      case 'changeVatOptions':
        parts.changeVatOptions(delivery[1]);
        return undefined;
      case 'startVat':
        if (started) throw makeError(X`startVat was delivered before`);
        started = true;
        return parts.startVat(delivery[1]);
      default:
        throw makeError(X`unknown delivery type ${q((delivery as readonly unknown[])[0])}`);
    }
  };
  const unmeteredBegin = meterControl.unmetered(begin);

  /** Settles `started` within the crank or not at all: user code that waits for another crank is stuck. */
  const insistDone = (starting: Promise<void>): Promise<void> =>
    Promise.race([starting, Promise.reject(new Error('buildRootObject unresolved'))]);

  const crank = async (delivery: VatDeliveryObject): Promise<unknown> => {
    if (delivery[0] === 'bringOutYourDead') {
      return meterControl.runWithoutMeteringAsync(async () => {
        await parts.scanForDead();
        parts.flush();
        return parts.retentionStats();
      });
    }
    // The kernel does the rest: it rejects promises, and drops objects that are not durable.
    if (delivery[0] === 'stopVat') return undefined;
    let starting: Promise<void> | undefined;
    let failure: { readonly error: unknown } | undefined;
    try {
      starting = unmeteredBegin(delivery);
      // Is looked at below; must not count as unhandled until then.
      starting?.catch(() => {});
    } catch (error) {
      failure = { error };
    }
    await gcTools.waitUntilQuiescent();
    parts.flush();
    if (failure !== undefined) throw failure.error;
    if (starting !== undefined) await insistDone(starting);
    return undefined;
  };

  return async (delivery) => {
    gate.open();
    try {
      return await crank(delivery);
    } finally {
      gate.close();
    }
  };
};
