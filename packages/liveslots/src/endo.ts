/**
 * Functions of Endo as liveslots calls them: with what vats give it. Their own types ask for values that are known to be
 * passable, patterns or keys; whether these are is what the functions are called to find out.
 */
import * as exo from '@endo/exo/tools.js';
import * as marshal from '@endo/marshal';
import * as passStyle from '@endo/pass-style';
import * as patterns from '@endo/patterns';

interface Endo {
  readonly assertPattern: (value: unknown) => void;
  readonly defendPrototype: (
    tag: string,
    contextOf: (self: unknown) => unknown,
    methods: unknown,
    thisful: boolean | undefined,
    guard: unknown,
  ) => object;
  readonly defendPrototypeKit: (
    tag: string,
    contextsOf: Readonly<Record<string, (facet: unknown) => unknown>>,
    facets: unknown,
    thisful: boolean | undefined,
    guards: unknown,
  ) => Readonly<Record<string, object>>;
  readonly getCopyMapEntries: (map: unknown) => Iterable<[unknown, unknown]>;
  readonly getCopySetKeys: (set: unknown) => Iterable<unknown>;
  readonly getInterfaceOf: (value: unknown) => string | undefined;
  readonly getRankCover: (
    pattern: unknown,
    encode: (key: unknown) => string,
  ) => readonly [first: string, end: string];
  readonly kindOf: (value: unknown) => string | undefined;
  readonly makeCopyMap: (entries: Iterable<readonly [unknown, unknown]>) => unknown;
  readonly makeCopySet: (keys: Iterable<unknown>) => unknown;
  readonly makeDecodePassable: (options: {
    readonly decodeRemotable: (encoded: string) => unknown;
  }) => (encoded: string) => unknown;
  readonly makeEncodePassable: (options: {
    readonly encodeRemotable: (value: object) => string;
  }) => (key: unknown) => string;
  readonly makeMarshal: <Slot>(
    slotOf: ((value: object) => Slot) | undefined,
    valueOf: ((slot: Slot, iface: string | undefined) => unknown) | undefined,
    options?: Parameters<typeof marshal.makeMarshal>[2],
  ) => {
    readonly toCapData: (value: unknown) => { readonly body: string; readonly slots: Slot[] };
    readonly fromCapData: (data: {
      readonly body: string;
      readonly slots: readonly Slot[];
    }) => unknown;
  };
  readonly mustMatch: (value: unknown, pattern: unknown, label?: string) => void;
  readonly Remotable: (iface?: string, props?: undefined, object?: object) => object;
}

/** The one place where liveslots leaves Endo's types. */
export const { defendPrototype, defendPrototypeKit } = exo as unknown as Endo;
export const { makeDecodePassable, makeEncodePassable, makeMarshal, Remotable } =
  marshal as unknown as Endo;
export const { getInterfaceOf } = passStyle as unknown as Endo;
export const {
  assertPattern,
  getCopyMapEntries,
  getCopySetKeys,
  getRankCover,
  kindOf,
  makeCopyMap,
  makeCopySet,
  mustMatch,
} = patterns as unknown as Endo;
