import { type KernelTables, keys, makeKernelTables, readMeter } from '@cooperage/kernel';
import {
  byNumber,
  CooperageError,
  type KernelStore,
  type KObject,
  thereAre,
  type VatID,
} from '@cooperage/types';
import { staticNames } from './find-vat.js';

/** Who is charged to a meter. */
export interface MeteredVat {
  readonly vatID: VatID;
  readonly name: string;
  /** It was suspended for want of computrons, and goes on when there is enough. */
  readonly isSuspended: boolean;
}

export interface ShownMeter {
  /** How it is named where it has no name of its own, such as `ko12`. */
  readonly meter: KObject;
  /** Its name in the config; null where a vat made it. */
  readonly name: string | null;
  /** Computrons that are left. */
  readonly remaining: bigint;
  /** Those who wait for it are told when less is left. */
  readonly threshold: bigint;
  /** Vats that are charged to it, oldest first. */
  readonly vats: readonly MeteredVat[];
}

/** The names of meters that have one. */
const meterNames = ({ hostNames }: KernelTables): Map<string, string> =>
  new Map([...hostNames.list('meter')].map(([name, meter]) => [meter, name]));

export const metersOf = (tables: KernelTables): ShownMeter[] => {
  const { rows, suspensions, vats } = tables;
  const given = meterNames(tables);
  const static_ = staticNames(tables);
  const prefix = keys.meter('' as KObject);
  const charged = new Map<string, MeteredVat[]>();
  for (const vatID of vats.list()) {
    const { meter, name } = vats.options(vatID);
    if (meter === undefined) continue;
    const isSuspended = suspensions.find(vatID)?.why === 'meter';
    const vat = { vatID, name: static_.get(vatID) ?? name, isSuspended };
    charged.set(meter, [...(charged.get(meter) ?? []), vat]);
  }
  const meters = [...rows.keys(prefix, 'meter/')].map((key) => key.slice(prefix.length) as KObject);
  return meters.sort(byNumber).map((meter) => {
    const { remaining, threshold } = readMeter(rows, meter);
    const name = given.get(meter) ?? null;
    return { meter, name, remaining, threshold, vats: charged.get(meter) ?? [] };
  });
};

/**
 * @param nameOrKref its name in the config, or `ko12`
 * @throws {CooperageError} `METER_NOT_FOUND`
 */
export const findMeter = ({ hostNames, rows }: KernelTables, nameOrKref: string): KObject => {
  const named = hostNames.find('meter', nameOrKref);
  if (named !== undefined) return named as KObject;
  if (rows.has(keys.meter(nameOrKref as KObject))) return nameOrKref as KObject;
  const prefix = keys.meter('' as KObject);
  const known = [
    ...[...hostNames.list('meter')].map(([name]) => name),
    ...[...rows.keys(prefix, 'meter/')].map((key) => key.slice(prefix.length)),
  ];
  throw new CooperageError(
    'METER_NOT_FOUND',
    `no meter is named "${nameOrKref}"${thereAre(nameOrKref, known)}`,
  );
};

/**
 * Every meter of a kernel, oldest first, or one of them. Reads only; the kernel may be running.
 * @param nameOrKref its name in the config, or `ko12`
 * @throws {CooperageError} `METER_NOT_FOUND`
 */
export const listMeters = (store: KernelStore, nameOrKref?: string): ShownMeter[] => {
  const tables = makeKernelTables(store.tables);
  const wanted = nameOrKref === undefined ? undefined : findMeter(tables, nameOrKref);
  return metersOf(tables).filter(({ meter }) => wanted === undefined || meter === wanted);
};
