/**
 * What a vat's code finds around it: the hardened intrinsics, `E`, `Far`, `harden`, `assert`, a console,
 * and what liveslots adds. Nothing here can be changed by one vat and seen by another, and nothing here
 * reaches the host.
 */
import { E } from '@endo/eventual-send';
import harden from '@endo/harden';
import { importBundle } from '@endo/import-bundle';
import { Far } from '@endo/pass-style';
import { type BuildVatNamespace, type LiveSlotsConsole, type VatNamespace } from '@cooperage/types';
import { type Ambient, makeAmbient } from './vat-globals/ambient.js';
import { makeAmbientGlobals } from './vat-globals/ambient-globals.js';
import { Float32Array, Float64Array } from './vat-globals/float-arrays.js';
import { TextDecoder, TextEncoder } from './vat-globals/text-coding.js';
import { UtcDate } from './vat-globals/utc-date.js';
import type { VatCompartmentOptions } from './vat-script/compartment.js';
import { constantsFor, evaluateVatScript } from './vat-script/evaluate.js';
import type { ReadBundle } from './vat-script/read-bundle.js';

export interface VatEnvironment {
  /** For people: names the vat's sources in stack traces. */
  readonly name: string;
  /** The bundle as JSON text. Asked for once. */
  readonly loadBundle: () => string;
  /** Shared by the vats of a thread. */
  readonly readBundle: ReadBundle;
  readonly console: LiveSlotsConsole;
  /** The time and the randomness of the vat's cranks, which the supervisor tells it. None where it is left out. */
  readonly ambient?: Ambient;
  /** What each source passes before it is evaluated, for an engine that needs it in another form. */
  readonly transforms?: readonly ((source: string) => string)[];
  /** The engine stores every NaN with the same bits. Where it does not, arrays of floats are made to. */
  readonly storesOneNaN?: boolean;
}

/**
 * What `@endo/import-bundle` would take from this realm: objects of the host, some with effects
 * (`URL.createObjectURL`), some whose errors carry host objects that guests could change.
 */
const WITHHELD = { URL: undefined, Base64: undefined, atob: undefined, btoa: undefined } as const;

const realFloats = () => {
  const { Float32Array: Real32, Float64Array: Real64 } = globalThis;
  return { Float32Array: Real32, Float64Array: Real64 };
};

/** One of the vat's own: packages for metadata put functions of theirs on it. */
const makeReflect = (): object =>
  Object.create(Object.prototype, Object.getOwnPropertyDescriptors(Reflect)) as object;

/** One of the vat's own, for the same reason: some packages put symbols on it by which they know each other. */
const makeSymbol = (): object => {
  const own = (...description: [string?]): symbol => Symbol(...description);
  return Object.defineProperties(own, Object.getOwnPropertyDescriptors(Symbol));
};

type Bag = Readonly<Record<PropertyKey, unknown>>;

/** What the code of every bundle finds, whatever its format. */
const endowmentsFor = (console: LiveSlotsConsole, vatGlobals: Bag): Bag => {
  const { assert } = globalThis as unknown as { readonly assert: unknown };
  return { ...vatGlobals, console, assert, harden, E, Far, TextDecoder, TextEncoder };
};

/** For a script of Cooperage's own form. */
const optionsFor = (
  { console, ambient, transforms, storesOneNaN }: Required<Omit<VatEnvironment, Bundle>>,
  vatGlobals: Bag,
  inescapableGlobals: Bag,
): VatCompartmentOptions => {
  const floats = storesOneNaN ? realFloats() : { Float32Array, Float64Array };
  const globals = makeAmbientGlobals(ambient);
  for (const each of Object.values({ ...floats, ...globals })) harden(each);
  return {
    endowments: { ...endowmentsFor(console, vatGlobals), ...floats },
    inescapable: {
      ...inescapableGlobals,
      ...globals,
      Reflect: makeReflect(),
      Symbol: makeSymbol(),
    },
    transforms,
  };
};
type Bundle = 'name' | 'loadBundle' | 'readBundle';

/**
 * The names of a vat's globals that cannot change, before there is a vat: with those that every liveslots gives. A script is
 * compiled for them.
 */
export const constantsOfVats = (storesOneNaN: boolean): readonly string[] => {
  const silent = (): void => undefined;
  const console = { debug: silent, log: silent, info: silent, warn: silent, error: silent };
  return constantsFor(
    optionsFor(
      { console, ambient: makeAmbient(), transforms: [], storesOneNaN },
      { VatData: undefined },
      { WeakMap, WeakSet },
    ),
  );
};

/** @param environment what this one vat's code may use; each vat gets compartments of its own */
export const makeBuildVatNamespace =
  ({
    name,
    loadBundle,
    readBundle,
    console,
    ambient = makeAmbient(),
    transforms = [],
    storesOneNaN = false,
  }: VatEnvironment): BuildVatNamespace =>
  async (vatGlobals, inescapableGlobals) => {
    const endowments = endowmentsFor(console, vatGlobals);
    for (const endowment of [...Object.values(endowments), UtcDate]) harden(endowment);
    const { script, foreign } = readBundle(loadBundle());
    if (script !== undefined) {
      const powers = { console, ambient, transforms, storesOneNaN };
      return evaluateVatScript(script, optionsFor(powers, vatGlobals, inescapableGlobals));
    }
    const namespace: unknown = await importBundle(foreign, {
      filePrefix: `${name}/`,
      endowments: { ...WITHHELD, ...endowments },
      transforms,
      // The compartments that a vat makes have it, too.
      inescapableGlobalProperties: { ...inescapableGlobals, Date: UtcDate },
    });
    return namespace as VatNamespace;
  };
