import { CooperageError, DEFAULTS, type Tables, type VatOptions } from '@cooperage/types';
import type { Counters } from '../counters.js';
import { panic } from '../../panic.js';
import { keys } from '../schema.js';

/** Bounds for the vats of an account together. */
export interface Quotas {
  /** Living vats. */
  readonly vatQuota?: number;
  /** Bytes: the sum of their memory limits. */
  readonly memoryQuota?: number;
}

export interface AccountRow {
  vats: number;
  memory: number;
  readonly vatQuota: number;
  readonly memoryQuota?: number;
  /** The account that is charged too. */
  readonly parent?: number;
}

/**
 * Accounts for the resources of vats. A vat that the host made has no account, unless it has quotas. Each vat that it
 * makes has its own account, which its descendants share: however a fork bomb spreads, it meets one limit, and no
 * other vat does.
 */
export interface Accounts {
  /**
   * Charges a vat to its account.
   * @param maker the account of the requesting vat; `host` for the host
   * @returns the resulting options of the vat
   * @throws {CooperageError} `QUOTA_EXCEEDED`; nothing is charged
   */
  admit(options: VatOptions, quotas: Quotas, maker: number | undefined | 'host'): VatOptions;
  /** A vat that was admitted is terminated. */
  release(options: VatOptions): void;
  list(): IterableIterator<readonly [number: number, row: AccountRow]>;
}

export const makeAccounts = (tables: Tables, counters: Counters): Accounts => {
  const get = (number: number): AccountRow =>
    JSON.parse(
      tables.get(keys.account(number)) ?? panic(`account ${number} is missing`),
    ) as AccountRow;
  const put = (number: number, row: AccountRow): void =>
    tables.set(keys.account(number), JSON.stringify(row));

  const insistRoom = (number: number | undefined, memory: number): void => {
    if (number === undefined) return;
    const row = get(number);
    if (row.vats >= row.vatQuota) {
      throw new CooperageError(
        'QUOTA_EXCEEDED',
        `QUOTA_EXCEEDED: this account has ${row.vats} vats, and its vatQuota is ${row.vatQuota}. Terminate some of them, or create the account's first vat with a greater vatQuota`,
      );
    }
    const { memoryQuota } = row;
    if (memoryQuota !== undefined && row.memory + memory > memoryQuota) {
      throw new CooperageError(
        'QUOTA_EXCEEDED',
        `QUOTA_EXCEEDED: the memoryLimit of ${memory} bytes and the ${row.memory} bytes of the account's other vats exceed its memoryQuota of ${memoryQuota}. Give the vat a smaller memoryLimit, or ask for a greater memoryQuota`,
      );
    }
    insistRoom(row.parent, memory);
  };

  const hasMemoryQuota = (number: number | undefined): boolean => {
    if (number === undefined) return false;
    const { memoryQuota, parent } = get(number);
    return memoryQuota !== undefined || hasMemoryQuota(parent);
  };

  const change = (number: number | undefined, vats: number, memory: number): void => {
    if (number === undefined) return;
    const row = get(number);
    row.vats += vats;
    row.memory += memory;
    if (row.vats === 0) tables.delete(keys.account(number));
    else put(number, row);
    change(row.parent, vats, memory);
  };

  const weight = ({ memoryLimit = DEFAULTS.memoryLimit }: VatOptions): number => memoryLimit;

  return {
    admit: (options, { vatQuota, memoryQuota }, maker) => {
      const parent = maker === 'host' ? undefined : maker;
      const isOwn = vatQuota !== undefined || memoryQuota !== undefined;
      if (!isOwn && maker === 'host') return options;
      // Vats that are bounded together are also bounded individually.
      const memoryLimit =
        options.memoryLimit ??
        (memoryQuota !== undefined || hasMemoryQuota(parent) ? DEFAULTS.memoryLimit : undefined);
      const bounded = memoryLimit === undefined ? options : { ...options, memoryLimit };
      insistRoom(parent, weight(bounded));
      if (memoryQuota !== undefined && weight(bounded) > memoryQuota) {
        throw new CooperageError(
          'QUOTA_EXCEEDED',
          `QUOTA_EXCEEDED: the memoryLimit of ${weight(bounded)} bytes is more than the memoryQuota of ${memoryQuota}`,
        );
      }
      let account = parent;
      if (isOwn || account === undefined) {
        account = counters.next(keys.counter('account'));
        put(account, {
          vats: 0,
          memory: 0,
          vatQuota: vatQuota ?? DEFAULTS.vatQuota,
          ...(memoryQuota !== undefined && { memoryQuota }),
          ...(parent !== undefined && { parent }),
        });
      }
      change(account, 1, weight(bounded));
      return { ...bounded, account };
    },
    release: (options) => change(options.account, -1, -weight(options)),
    *list() {
      for (const key of tables.keys('account.', 'account/')) {
        const number = parseInt(key.slice('account.'.length), 36);
        yield [number, get(number)];
      }
    },
  };
};
