/** A kernel's side of one vat: records syscalls, keeps the vatstore, delivers. */
import type {
  CapData,
  LiveSlotsSyscall,
  SyscallEntry,
  VatDeliveryObject,
  VatSyscallObject,
  VRef,
} from '@cooperage/types';

export class FakeVatstore {
  readonly rows: Map<string, string>;
  #sorted: string[] | undefined;
  #before = new Map<string, string | undefined>();

  constructor(rows: Iterable<readonly [string, string]> = []) {
    this.rows = new Map(rows);
  }

  get(key: string): string | undefined {
    return this.rows.get(key);
  }

  #note(key: string): void {
    if (!this.#before.has(key)) this.#before.set(key, this.rows.get(key));
  }

  /** What the rows were that were written since the last time. */
  takeBefore(): Map<string, string | undefined> {
    const before = this.#before;
    this.#before = new Map();
    return before;
  }

  set(key: string, value: string): void {
    this.#note(key);
    if (!this.rows.has(key)) this.#sorted = undefined;
    this.rows.set(key, value);
  }

  delete(key: string): void {
    this.#note(key);
    if (this.rows.delete(key)) this.#sorted = undefined;
  }

  getNextKey(prior: string): string | undefined {
    const sorted = (this.#sorted ??= [...this.rows.keys()].sort());
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle] as string) > prior) high = middle;
      else low = middle + 1;
    }
    return sorted[low];
  }
}

export interface FakeSyscall {
  readonly syscall: LiveSlotsSyscall;
  readonly log: VatSyscallObject[];
  /** Takes what was logged since the last time, with what was answered. */
  takeEntries(): SyscallEntry[];
  /** Takes what was logged since the last time. */
  take(): VatSyscallObject[];
}

const copy = (data: CapData<VRef>): CapData<VRef> => ({
  body: data.body,
  slots: [...data.slots],
});

export const makeFakeSyscall = (
  store = new FakeVatstore(),
  callNow: LiveSlotsSyscall['callNow'] = () => ({ body: '#"#undefined"', slots: [] }),
): FakeSyscall => {
  const log: VatSyscallObject[] = [];
  const answers = new Map<number, string | null>();
  const syscall: LiveSlotsSyscall = {
    send(target, methargs, result) {
      log.push(['send', target, { methargs: copy(methargs), result: result ?? null }]);
    },
    callNow(target, method, args) {
      log.push(['callNow', target, method, copy(args)]);
      return callNow(target, method, args);
    },
    subscribe(vpid) {
      log.push(['subscribe', vpid]);
    },
    resolve(resolutions) {
      log.push(['resolve', resolutions.map(([v, r, d]) => [v, r, copy(d)] as never)]);
    },
    exit(isFailure, info) {
      log.push(['exit', isFailure, copy(info)]);
    },
    vatstoreGet(key) {
      log.push(['vatstoreGet', key]);
      answers.set(log.length - 1, store.get(key) ?? null);
      return store.get(key);
    },
    vatstoreGetNextKey(key) {
      log.push(['vatstoreGetNextKey', key]);
      return store.getNextKey(key);
    },
    vatstoreSet(key, value) {
      log.push(['vatstoreSet', key, value]);
      store.set(key, value);
    },
    vatstoreDelete(key) {
      log.push(['vatstoreDelete', key]);
      store.delete(key);
    },
    dropImports(vrefs) {
      log.push(['dropImports', [...vrefs]]);
    },
    retireImports(vrefs) {
      log.push(['retireImports', [...vrefs]]);
    },
    retireExports(vrefs) {
      log.push(['retireExports', [...vrefs]]);
    },
    abandonExports(vrefs) {
      log.push(['abandonExports', [...vrefs]]);
    },
  };
  const takeEntries = (): SyscallEntry[] => {
    const entries = log.map((entry, index): SyscallEntry => {
      const answer = answers.get(index);
      return answer === undefined ? [entry] : [entry, answer];
    });
    log.length = 0;
    answers.clear();
    return entries;
  };
  return { syscall, log, takeEntries, take: () => takeEntries().map(([entry]) => entry) };
};

/** Leaves out what the vatstore was asked and told. */
export const withoutStorage = (log: readonly VatSyscallObject[]): VatSyscallObject[] =>
  log.filter(([tag]) => !tag.startsWith('vatstore'));

export const cap = (body: string, slots: readonly string[] = []): CapData<VRef> => ({
  body,
  slots: slots as readonly VRef[],
});

/** `[method, args]` where `args` is smallcaps text. */
export const message = (
  target: string,
  method: string,
  args = '[]',
  slots: readonly string[] = [],
  result: string | null = null,
): VatDeliveryObject => [
  'message',
  target as VRef,
  { methargs: cap(`#[${JSON.stringify(method)},${args}]`, slots), result: result as VRef | null },
];

export const notify = (
  ...news: (readonly [vpid: string, isReject: boolean, body: string, slots?: readonly string[]])[]
): VatDeliveryObject => [
  'notify',
  news.map(([vpid, isReject, body, slots]) => [vpid as VRef, isReject, cap(body, slots)] as const),
];

/** News of garbage. */
export const garbage = (
  tag: 'dropExports' | 'retireExports' | 'retireImports',
  ...vrefs: string[]
): VatDeliveryObject => [tag, vrefs as VRef[]];

export const startVat = (body = '#"#undefined"', slots: string[] = []): VatDeliveryObject => [
  'startVat',
  cap(body, slots),
];
