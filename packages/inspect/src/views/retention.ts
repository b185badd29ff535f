/** Why an object or a promise is still there: who retains it, and how that leads back to the config or the host. */
import type { KernelTables } from '@cooperage/kernel';
import type { Recording } from '@cooperage/recording';
import { isVatAllocated, isVatID, type KRef, type VatID } from '@cooperage/types';
import type { Past } from '../past.js';

export interface Retainer {
  /** In a sentence whose subject is the retainer. */
  readonly why: string;
  /** Does it keep the thing from being deleted, or does it only want to compare it? */
  readonly keeps: boolean;
  /** From the config or the host to the retainer, by what made or retains each; the retainer itself is the last. */
  readonly path: readonly string[];
}

/** Rows that name a reference besides c-lists, by their keys. */
const NAMING: readonly (readonly [key: RegExp, why: (found: string) => string])[] = [
  [/^(kp\d+)\.d$/, (kp) => `the resolution of ${kp} names it`],
  [/^(kp\d+)\.q\./, (kp) => `a message that waits on ${kp} names it`],
  [/^(v\d+)\.in\.[0-9a-z]{9}$/, (vatID) => `a delivery in the inbox of ${vatID} names it`],
  [/^out\.([0-9a-z]{9})$/, () => 'an open output to the host names it'],
  [/^name\.service\.(.*)$/s, (name) => `the host offers it as the service ${name}`],
  [/^device\.(ko\d+)$/, (ko) => `the kernel keeps it for the admin facet ${ko}`],
  [
    /^creation\.([0-9a-z]{9})$/,
    () => 'its vat is being created, and the vat that requested it gets it',
  ],
];

/** Vats from one of the config to this one, by who made them. */
const lineOf = (recording: Recording, tables: KernelTables, vatID: VatID): string[] => {
  const line: string[] = [];
  const seen = new Set<string>();
  let at: string | undefined = vatID;
  while (isVatID(at) && !seen.has(at)) {
    seen.add(at);
    line.unshift(recording.nameOf(at));
    at = tables.vats.isAlive(at) ? tables.vats.options(at).creator : undefined;
  }
  return line;
};

const holdersIn = (recording: Recording, tables: KernelTables, kref: KRef): Retainer[] =>
  tables.vats.list().flatMap((vatID): Retainer[] => {
    const vref = tables.cLists.toVat(vatID, kref);
    const entry = vref === undefined ? undefined : tables.cLists.toKernel(vatID, vref);
    // What a vat made is kept for others, not by it.
    if (vref === undefined || entry === undefined || isVatAllocated(vref)) return [];
    const keeps = entry.reachable;
    return [
      {
        why: `${recording.nameOf(vatID)} ${keeps ? 'holds it' : 'has dropped it, and compares it still,'} as ${vref}`,
        keeps,
        path: lineOf(recording, tables, vatID),
      },
    ];
  });

const namingIn = (recording: Recording, past: Past, kref: KRef, at: number): Retainer[] => {
  const quoted = new RegExp(`(?<![a-z0-9])${kref}(?![0-9])`);
  return [...past.rowsAt(at)].flatMap(([key, value]): Retainer[] => {
    for (const [pattern, why] of NAMING) {
      const found = pattern.exec(key)?.[1];
      if (found === undefined || found === kref || !quoted.test(value)) continue;
      const named = isVatID(found) ? recording.nameOf(found) : found;
      return [{ why: why(named), keeps: true, path: [] }];
    }
    return [];
  });
};

/** @returns those who keep it first */
export const retainersOf = (
  recording: Recording,
  past: Past,
  tables: KernelTables,
  kref: KRef,
  at: number,
): Retainer[] => {
  const pins = Number(past.rowAt(`pin.${kref}`, at) ?? 0);
  const name = recording.nameOf(kref);
  const byHost =
    pins === 0
      ? []
      : [
          {
            why: `the host retains it${name === kref ? '' : `, as ${name}`}`,
            keeps: true,
            path: ['host'],
          },
        ];
  const device = past.rowAt(`device.${kref}`, at);
  const byKernel =
    device === undefined ? [] : [{ why: 'the kernel offers it', keeps: true, path: [] }];
  const all = [
    ...byHost,
    ...byKernel,
    ...holdersIn(recording, tables, kref),
    ...namingIn(recording, past, kref, at),
  ];
  return [...all.filter(({ keeps }) => keeps), ...all.filter(({ keeps }) => !keeps)];
};
