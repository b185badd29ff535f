/** The first delivery: makes the vat's root object of its bundle. */
import { passStyleOf } from '@endo/pass-style';
import { makeError, q, X } from '@endo/errors';
import { getInterfaceOf } from '../endo.js';
import {
  messageOf,
  ROOT_VREF,
  type BuildVatNamespace,
  type CapData,
  type VRef,
} from '@cooperage/types';
import type { Decode } from '../refs/decoder.js';
import type { Exports } from '../refs/exports.js';
import type { SlotTable } from '../refs/slot-table.js';
import type { VatEnvironment } from './vat-environment.js';

/** What survives upgrades, brought up before user code runs and checked after it. */
export interface DurableParts {
  /** Loads counters and kinds: nothing can be named before. */
  load(): void;
  /** Finds or makes what every vat has. Returns the baggage. */
  provide(): unknown;
  /** After `buildRootObject`: reconnects what an earlier incarnation left. */
  readonly reconnect: () => void;
  /** After `buildRootObject`: throws unless all kinds that have instances were defined again. */
  readonly insistComplete: () => void;
}

/** @throws {Error} what cannot be passed at all has no style */
const styleOf = (root: unknown): string => {
  try {
    return (passStyleOf as (value: unknown) => string)(root);
  } catch (error) {
    throw makeError(
      `${messageOf(error)}: buildRootObject() must return a remotable, as Far() makes it`,
    );
  }
};

const insistRoot = (root: unknown, slots: SlotTable, vatID: string): object => {
  const style = styleOf(root);
  if (style !== 'remotable') {
    throw makeError(
      X`buildRootObject() for vat ${q(vatID)} returned ${root}, which is not Far: it must return a remotable, as Far() makes it, and not a value of type ${q(style)}`,
    );
  }
  if (getInterfaceOf(root) === undefined) {
    throw makeError(
      X`buildRootObject() for vat ${q(vatID)} returned ${root} with no interface: use Far()`,
    );
  }
  if (slots.vrefOf(root as object) !== undefined) {
    throw makeError(
      X`buildRootObject() must return ephemeral, not virtual/durable object: the root is made anew by each incarnation`,
    );
  }
  return root as object;
};

export interface StartVatPowers {
  readonly vatID: string;
  readonly environment: VatEnvironment;
  readonly buildVatNamespace: BuildVatNamespace;
  readonly slots: SlotTable;
  readonly exports: Exports;
  readonly decode: Decode;
  readonly durable: DurableParts;
}

export const makeStartVat =
  ({ vatID, environment, buildVatNamespace, slots, exports, decode, durable }: StartVatPowers) =>
  async (vatParametersData: CapData<VRef>): Promise<void> => {
    durable.load();
    const vatParameters = decode(vatParametersData);
    const baggage = durable.provide();

    // From here on user code runs, which is metered: in a turn of its own.
    await Promise.resolve();
    const { vatPowers, vatGlobals, inescapableGlobals } = environment;
    const { buildRootObject } = await buildVatNamespace(vatGlobals, inescapableGlobals);
    if (typeof buildRootObject !== 'function') {
      throw makeError(X`vat source bundle lacks buildRootObject() function`);
    }

    const root = insistRoot(await buildRootObject(vatPowers, vatParameters, baggage), slots, vatID);
    durable.reconnect();
    // Held until the kernel drops it; its death is of no interest, because its vref is never given out again.
    slots.addUnwatched(ROOT_VREF, root);
    exports.retain([ROOT_VREF]);
    durable.insistComplete();
  };
