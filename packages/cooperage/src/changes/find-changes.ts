/** Finds how a config differs from what the kernel made of it. Reads all sources and the store; changes nothing. */
import { statSync } from 'node:fs';
import type { Bundle, Bundler, InputFile } from '@cooperage/bundler';
import type { KernelTables } from '@cooperage/kernel';
import {
  type BundleID,
  type Bundles,
  CHANGEABLE_VAT_OPTIONS,
  hasCode,
  isVatID,
  type KObject,
  messageOf,
  type VatID,
} from '@cooperage/types';
import { endedVats } from '@cooperage/tools';
import type { ResolvedConfig, ResolvedVat } from '../config/config.js';
import type { ChangedOption, ConfigChange } from './config-change.js';
import { codeOf, isSameValue, meterOptions, modulesIn, readSettled } from './settled.js';
import { settledParameters } from '../services/vat-services.js';

export interface FindChangesPowers {
  readonly config: ResolvedConfig;
  readonly tables: KernelTables;
  readonly bundles: Bundles;
  /** The shards of vats of the config that other kernels run, by the names of these vats. */
  readonly elsewhere?: ReadonlyMap<string, string> | undefined;
  /** Bundles the source, or finds it in the cache. */
  readonly bundle: (source: string) => ReturnType<Bundler['bundle']>;
}

export interface FoundChanges {
  readonly changes: readonly ConfigChange[];
  /** What the sources give now, by their paths. */
  readonly sources: ReadonlyMap<string, Bundle>;
}

/** The living vat behind the name of a static vat. */
export const staticVat = (
  { hostNames, objects, vats }: KernelTables,
  name: string,
): VatID | undefined => {
  const root = hostNames.find('vat', name);
  const owner = root === undefined ? undefined : objects.find(root as KObject)?.owner;
  return isVatID(owner) && vats.isAlive(owner) ? owner : undefined;
};

/** The name in the space `host` under which the vat is noted that was sent `bootstrap`; empty for none. */
export const BOOTSTRAP_VAT = 'bootstrap vat';

const timeOf = (file: string | undefined): string | undefined => {
  const stats = file === undefined ? undefined : statSync(file, { throwIfNoEntry: false });
  return stats?.mtime.toISOString();
};

/** What changed between the code that runs and what its source gives now. */
const difference = (
  source: string,
  runs: string | undefined,
  { text, files = [] }: Bundle,
): { readonly since: string | undefined; readonly files: readonly string[] } => {
  const before = runs === undefined ? undefined : modulesIn(runs);
  const now = modulesIn(text);
  if (before === undefined || now === undefined) return { since: timeOf(source), files: [] };
  const byHash = new Map<string, InputFile>(files.map((file) => [file[3], file]));
  const changed = [...now].filter(([label, sha256]) => before.get(label) !== sha256);
  const gone = [...before.keys()].filter((label) => !now.has(label));
  const found = changed.map(([label, sha256]) => [label, byHash.get(sha256)] as const);
  const times = found.flatMap(([, file]) => (file === undefined ? [] : [file[2]]));
  // Where no module says so, the last edit of any file is the one that counts.
  const since =
    times.length > 0 ? Math.min(...times) : Math.max(...files.map(([, , time]) => time));
  return {
    since: Number.isFinite(since) ? new Date(since).toISOString() : timeOf(source),
    files: [...found.map(([label, file]) => file?.[0] ?? label), ...gone],
  };
};

const changedOptions = (
  before: Readonly<Record<string, unknown>> = {},
  now: Readonly<Record<string, unknown>> = {},
): readonly ChangedOption[] =>
  [...new Set([...Object.keys(before), ...Object.keys(now)])]
    .filter((name) => !isSameValue(before[name], now[name]))
    .map((option) => ({
      option,
      before: before[option],
      now: now[option],
      isChangeable: (CHANGEABLE_VAT_OPTIONS as readonly string[]).includes(option),
    }));

export const findChanges = async (powers: FindChangesPowers): Promise<FoundChanges> => {
  const { config, tables, bundles, elsewhere } = powers;
  const { hostNames, vats } = tables;
  const sources = new Map<string, Bundle>();
  const changes: ConfigChange[] = [];

  /**
   * For kernels of versions that noted nothing: as near as the bundles alone tell. Those of a former format list no
   * modules, so that what the source gives now is taken for what runs. A module that only the new bundle lists says that
   * another version of the bundler made it: a new import would have changed the module that has it.
   */
  const hasSameModules = ({ text }: Bundle, runs: BundleID): boolean => {
    const before = bundles.has(runs) ? modulesIn(bundles.get(runs)) : undefined;
    const now = modulesIn(text);
    if (before === undefined || now === undefined) return before === undefined;
    return [...before].every(([label, sha256]) => now.get(label) === sha256);
  };

  const compareCode = async (
    of: 'vat' | 'bundle',
    name: string,
    source: string,
    runs: BundleID,
    affected: () => readonly VatID[],
  ): Promise<void> => {
    const change = { kind: 'code', of, name, source } as const;
    let bundle = sources.get(source);
    try {
      bundle ??= await powers.bundle(source);
    } catch (error) {
      if (!hasCode(error, 'BAD_BUNDLE')) throw error;
      const since = timeOf(source);
      changes.push({
        ...change,
        since,
        files: [source],
        vats: affected(),
        mistake: messageOf(error),
      });
      return;
    }
    sources.set(source, bundle);
    if (bundle.id === runs) return;
    const { code, isOtherCode } = readSettled(tables, `${of}s.${name}`) ?? {};
    if (code === undefined ? hasSameModules(bundle, runs) : code === codeOf(bundle)) return;
    if (isOtherCode !== undefined) {
      changes.push({ ...change, since: undefined, files: [], vats: affected(), isByUpgrade: true });
      return;
    }
    const text = bundles.has(runs) ? bundles.get(runs) : undefined;
    changes.push({ ...change, ...difference(source, text, bundle), vats: affected() });
  };

  const compareVat = async (name: string, vat: ResolvedVat, vatID: VatID): Promise<void> => {
    const { bundleID: runs } = vats.options(vatID);
    await compareCode('vat', name, vat.source, runs, () =>
      vats.list().filter((each) => {
        const { ancestor, bundleID } = vats.options(each);
        return each === vatID || (ancestor === vatID && bundleID === runs);
      }),
    );
    const settled = readSettled(tables, `vats.${name}`);
    if (settled === undefined) return;
    if (settled.parameters !== settledParameters(vat)) {
      changes.push({ kind: 'parameters', of: 'vat', name, since: timeOf(config.file) });
    }
    const options = changedOptions(settled.options, vat.said);
    if (options.length > 0) changes.push({ kind: 'options', of: 'vat', name, options });
  };

  const compareMeters = (): void => {
    for (const [name, meter] of Object.entries(config.meters)) {
      const settled = readSettled(tables, `meters.${name}`);
      const options =
        settled === undefined ? [] : changedOptions(settled.options, meterOptions(meter));
      if (options.length > 0) changes.push({ kind: 'options', of: 'meter', name, options });
    }
  };

  /** A vat that ended itself, and not for an error, has done what it was for. */
  const findFailed = (name: string): void => {
    const end = endedVats(tables).find((each) => each.name === name);
    if (end?.isFailure !== true) return;
    changes.push({ kind: 'ended', of: 'vat', name, reason: end.reason });
  };

  const compareNames = (): void => {
    for (const [name] of hostNames.list('vat')) {
      if (Object.hasOwn(config.vats, name) || staticVat(tables, name) === undefined) continue;
      const shard = elsewhere?.get(name);
      changes.push(
        shard === undefined
          ? { kind: 'removed', of: 'vat', name }
          : { kind: 'moved', of: 'vat', name, shard },
      );
    }
    for (const [name] of hostNames.list('meter')) {
      if (!Object.hasOwn(config.meters, name)) changes.push({ kind: 'removed', of: 'meter', name });
    }
    const before = hostNames.find('host', BOOTSTRAP_VAT);
    const { bootstrap } = config;
    if (before === undefined || bootstrap === undefined || bootstrap === before) return;
    const sentTo = before === '' ? undefined : before;
    changes.push({ kind: 'bootstrap', of: 'vat', name: bootstrap, before: sentTo });
  };

  for (const [name, { source }] of Object.entries(config.bundles)) {
    const runs = hostNames.find('bundle', name) as BundleID | undefined;
    if (runs === undefined) continue;
    await compareCode('bundle', name, source, runs, () =>
      vats.list().filter((vatID) => vats.options(vatID).bundleID === runs),
    );
  }
  for (const [name, vat] of Object.entries(config.vats)) {
    const vatID = staticVat(tables, name);
    if (vatID !== undefined) await compareVat(name, vat, vatID);
    else if (hostNames.find('vat', name) !== undefined) findFailed(name);
  }
  compareMeters();
  compareNames();
  return { changes, sources };
};
