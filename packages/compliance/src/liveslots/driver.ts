/** One vat on a liveslots under test: delivers, and says what syscalls the vat made. */
import type {
  CapData,
  GcTools,
  LiveSlotsConsole,
  LiveSlotsSyscall,
  MakeLiveSlots,
  VatDeliveryObject,
  VatNamespace,
  VatSyscallObject,
  VRef,
} from '@cooperage/types';

/** The syscalls but those of the vatstore, as plain data. */
export type LoggedSyscall = readonly unknown[];

export interface LiveSlotsVat {
  /** The crank's syscalls, without those that concern the vatstore. */
  deliver(delivery: VatDeliveryObject): Promise<LoggedSyscall[]>;
  /** A message to `target`; `args` is smallcaps text. */
  message(
    target: string,
    method: string,
    args?: string,
    slots?: readonly string[],
    result?: string | null,
  ): Promise<LoggedSyscall[]>;
  notify(
    ...news: (readonly [vpid: string, isReject: boolean, body: string, slots?: readonly string[]])[]
  ): Promise<LoggedSyscall[]>;
  readonly rows: ReadonlyMap<string, string>;
}

export const capOf = (body: string, slots: readonly string[] = []): CapData<VRef> => ({
  body,
  slots: slots as readonly VRef[],
});

const nextKey = (rows: ReadonlyMap<string, string>, prior: string): string | undefined => {
  let next: string | undefined;
  for (const key of rows.keys()) {
    if (key > prior && (next === undefined || key < next)) next = key;
  }
  return next;
};

const silent: LiveSlotsConsole = {
  debug() {},
  log() {},
  info() {},
  warn() {},
  error() {},
};

/** @param rows what an earlier incarnation left */
export const driveLiveSlots = async (
  makeLiveSlots: MakeLiveSlots,
  gcTools: GcTools,
  buildRootObject: VatNamespace['buildRootObject'],
  rows = new Map<string, string>(),
): Promise<LiveSlotsVat> => {
  const log: VatSyscallObject[] = [];
  const syscall: LiveSlotsSyscall = {
    send: (target, methargs, result) =>
      void log.push(['send', target, { methargs, result: result ?? null }]),
    callNow: () => capOf('#"#undefined"'),
    subscribe: (vpid) => void log.push(['subscribe', vpid]),
    resolve: (resolutions) => void log.push(['resolve', resolutions]),
    exit: (isFailure, info) => void log.push(['exit', isFailure, info]),
    vatstoreGet: (key) => rows.get(key),
    vatstoreGetNextKey: (prior) => nextKey(rows, prior),
    vatstoreSet: (key, value) => void rows.set(key, value),
    vatstoreDelete: (key) => void rows.delete(key),
    dropImports: (vrefs) => void log.push(['dropImports', vrefs]),
    retireImports: (vrefs) => void log.push(['retireImports', vrefs]),
    retireExports: (vrefs) => void log.push(['retireExports', vrefs]),
    abandonExports: (vrefs) => void log.push(['abandonExports', vrefs]),
  };
  const liveSlots = makeLiveSlots(syscall, 'v1', {}, {}, gcTools, silent, async () => ({
    buildRootObject,
  }));
  const deliver: LiveSlotsVat['deliver'] = async (delivery) => {
    await liveSlots.dispatch(delivery);
    return JSON.parse(JSON.stringify(log.splice(0))) as LoggedSyscall[];
  };
  await deliver(['startVat', capOf('#"#undefined"')]);
  return {
    deliver,
    message: (target, method, args = '[]', slots = [], result = null) =>
      deliver([
        'message',
        target as VRef,
        {
          methargs: capOf(`#[${JSON.stringify(method)},${args}]`, slots),
          result: result as VRef | null,
        },
      ]),
    notify: (...news) =>
      deliver([
        'notify',
        news.map(
          ([vpid, isReject, body, slots]) => [vpid as VRef, isReject, capOf(body, slots)] as const,
        ),
      ]),
    rows,
  };
};
