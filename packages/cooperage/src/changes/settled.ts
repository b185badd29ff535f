/**
 * What the config said of a vat, a bundle or a meter when it last took effect: a later start compares it with what the
 * config says by then. Kept as names of the host's, without any time: the tables of a kernel are a function of its history.
 */
import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type { Bundle, BundleText } from '@cooperage/bundler';
import type { KernelTables } from '@cooperage/kernel';

export interface Settled {
  /** Of vats and bundles: of the code that they run. */
  readonly code?: string;
  /** An upgrade gave that code, from elsewhere than the source in the config. */
  readonly isOtherCode?: true;
  /** Of vats: of their parameters. */
  readonly parameters?: string;
  /** Of vats and meters: what was said, without defaults. */
  readonly options?: Readonly<Record<string, unknown>>;
}

export type SettledPlace = `${'vats' | 'bundles' | 'meters'}.${string}`;

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** JSON with the members of objects in the order of their names: a config that was only sorted is the same. */
const canonical = (value: unknown): string => {
  const text = JSON.stringify(value, (_key, part: unknown) => {
    if (typeof part === 'bigint') return `${part}n`;
    if (typeof part === 'number' && !Number.isFinite(part)) return `number ${part}`;
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    return Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)));
  }) as string | undefined;
  return text ?? 'undefined';
};

export const parametersHash = (parameters: unknown): string => hashOf(canonical(parameters));

export const isSameValue = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b);

/** Of each module of a bundle: what it is called, and the SHA-256 of its source. */
export const modulesIn = (text: string): ReadonlyMap<string, string> | undefined => {
  const { cooperage } = JSON.parse(text) as Partial<BundleText>;
  return cooperage && new Map(cooperage.modules.map(([label, sha256]) => [label, sha256] as const));
};

/**
 * The same for bundles of the same sources, whichever version of the bundler made them. Each file that was read counts:
 * what is left of a module in a bundle may be a constant in another one.
 */
export const codeOf = ({ id, files }: Pick<Bundle, 'id' | 'files'>): string =>
  files === undefined
    ? id
    : hashOf(
        files
          .filter(([path]) => basename(path) !== 'package.json')
          .map(([, , , sha256]) => sha256)
          .sort()
          .join(' '),
      );

export const readSettled = (
  { hostNames }: Pick<KernelTables, 'hostNames'>,
  place: SettledPlace,
): Settled | undefined => {
  const text = hostNames.find('settled', place);
  return text === undefined ? undefined : (JSON.parse(text) as Settled);
};

/** What is noted of the code of a vat or a bundle. */
export const codeIn = ({ code, isOtherCode }: Settled = {}): Pick<
  Settled,
  'code' | 'isOtherCode'
> => ({
  ...(code !== undefined && { code }),
  ...(isOtherCode !== undefined && { isOtherCode }),
});

/** What a config says of a meter, as it is compared. */
export const meterOptions = ({
  remaining,
  threshold,
}: {
  readonly remaining: bigint;
  readonly threshold: bigint;
}): Readonly<Record<string, string>> => ({
  remaining: String(remaining),
  threshold: String(threshold),
});

/** As it is written. */
export const formatSettled = (settled: Settled): string => canonical(settled);
