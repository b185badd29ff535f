/** What is noted of a config when it takes effect, so that a later start can tell what was changed. */
import type { KernelTables } from '@cooperage/kernel';
import type { BundleID, VatID } from '@cooperage/types';
import type { ResolvedConfig, ResolvedVat } from '../config/config.js';
import { type FoundChanges, staticVat } from './find-changes.js';
import {
  codeOf,
  formatSettled,
  isSameValue,
  meterOptions,
  parametersHash,
  readSettled,
  type Settled,
  type SettledPlace,
} from './settled.js';
import { settledParameters } from '../services/vat-services.js';

/** Code that a vat or a bundle is given. */
export interface GivenCode {
  readonly bundleID: BundleID;
  /** What it was made from; undefined where it is not known. */
  readonly code?: string;
  /** It comes from a bundle of the config to which an upgrade gave it, from elsewhere than the source of that bundle. */
  readonly isOtherCode?: true;
}

/** @param isItsSource whether it was made from the source that the config says */
const codeEntry = (
  { bundleID, code = bundleID, isOtherCode }: GivenCode,
  isItsSource: boolean,
): Pick<Settled, 'code' | 'isOtherCode'> =>
  isItsSource && isOtherCode === undefined ? { code } : { code, isOtherCode: true };

export type SettledEntry = readonly [place: SettledPlace, settled: Settled];

/** What is noted of vats, bundles and meters that this start makes. */
export const settledByStart = (
  config: ResolvedConfig,
  made: {
    readonly vats: ReadonlyMap<string, GivenCode>;
    readonly bundles: ReadonlyMap<string, GivenCode>;
    readonly meters: Iterable<string>;
  },
): SettledEntry[] => [
  ...[...made.vats].map(([name, code]): SettledEntry => {
    const vat = config.vats[name] as ResolvedVat;
    const entry = codeEntry(code, true);
    return [`vats.${name}`, { ...entry, parameters: settledParameters(vat), options: vat.said }];
  }),
  ...[...made.bundles].map(([name, code]): SettledEntry => [
    `bundles.${name}`,
    codeEntry(code, true),
  ]),
  ...[...made.meters].map((name): SettledEntry => [
    `meters.${name}`,
    { options: meterOptions(config.meters[name] as ResolvedConfig['meters'][string]) },
  ]),
];

/** Writes down what has taken effect. */
export const writeSettled = (
  host: { setName(space: 'settled', name: string, value: string): void },
  entries: readonly SettledEntry[],
): void => {
  for (const [place, settled] of entries) host.setName('settled', place, formatSettled(settled));
};

/**
 * What is noted of vats and bundles of a kernel that an earlier version made, which noted nothing: that they are what the
 * config says, unless they were found to be not.
 */
export const settledOfFormer = (
  config: ResolvedConfig,
  tables: KernelTables,
  { changes, sources }: FoundChanges,
): SettledEntry[] => {
  const entries: SettledEntry[] = [];
  const code = (of: 'vat' | 'bundle', name: string, source: string): Settled => {
    const bundle = sources.get(source);
    const isChanged = changes.some(
      (each) => each.kind === 'code' && each.of === of && each.name === name,
    );
    return bundle === undefined || isChanged ? {} : { code: codeOf(bundle) };
  };
  for (const [name, vat] of Object.entries(config.vats)) {
    const isOld = staticVat(tables, name) !== undefined;
    if (!isOld || readSettled(tables, `vats.${name}`) !== undefined) continue;
    const settled = { parameters: settledParameters(vat), options: vat.said };
    entries.push([`vats.${name}`, { ...settled, ...code('vat', name, vat.source) }]);
  }
  for (const [name, { source }] of Object.entries(config.bundles)) {
    const isOld = tables.hostNames.find('bundle', name) !== undefined;
    if (!isOld || readSettled(tables, `bundles.${name}`) !== undefined) continue;
    entries.push([`bundles.${name}`, code('bundle', name, source)]);
  }
  return entries;
};

/** The code that an upgrade gives a vat or a bundle. */
export interface UpgradeCode extends GivenCode {
  /** The module that it was made of; undefined where it was made before. */
  readonly path?: string;
}

const changedEntry = (tables: KernelTables, place: SettledPlace, news: Settled): SettledEntry[] => {
  const before = readSettled(tables, place);
  const { isOtherCode: _, ...kept } = before ?? {};
  const now = { ...kept, ...news };
  return isSameValue(before, now) ? [] : [[place, now]];
};

/** What is noted of a vat that was upgraded by hand, so that the next start knows whether it has what its config says. */
export const settledByUpgrade = (
  config: ResolvedConfig,
  tables: KernelTables,
  upgraded: UpgradeCode & {
    readonly vatID: VatID;
    /** The name in the config of the bundle that it was given. */
    readonly bundle: string | undefined;
    readonly given: { readonly parameters: unknown } | undefined;
  },
): SettledEntry[] => {
  const { vatID, path, bundle, given } = upgraded;
  return Object.entries(config.vats).flatMap(([name, vat]): SettledEntry[] => {
    if (staticVat(tables, name) !== vatID) return [];
    const isItsSource =
      path === vat.source ||
      (bundle !== undefined && config.bundles[bundle]?.source === vat.source);
    const hasItsParameters =
      given !== undefined && parametersHash(given.parameters) === parametersHash(vat.parameters);
    return changedEntry(tables, `vats.${name}`, {
      ...codeEntry(upgraded, isItsSource),
      ...(hasItsParameters && { parameters: settledParameters(vat) }),
    });
  });
};

/** The same of a bundle, whose name stands for other code from now on. */
export const settledByBundleUpgrade = (
  config: ResolvedConfig,
  tables: KernelTables,
  name: string,
  code: UpgradeCode,
): SettledEntry[] => {
  const bundle = config.bundles[name];
  if (bundle === undefined) return [];
  return changedEntry(tables, `bundles.${name}`, codeEntry(code, code.path === bundle.source));
};
