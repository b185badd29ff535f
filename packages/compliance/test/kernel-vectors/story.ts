/** Cases in a short form: what is left out of a case's text is filled in, its meaning is not. */
import type { CapData, Order, VatDeliveryObject, VatSyscallObject, VRef } from '@cooperage/types';
import type { ExpectedState, Step, VectorCase, VectorVat } from '../../src/kernel/vector.js';

type Data = CapData<VRef>;

const refs = (slots: readonly string[]): string[] =>
  slots.map((slot, i) => `${/^@?p/.test(slot) ? '&' : '$'}${i}`);

const vref = (text: string): VRef => text as VRef;

/** An array of references. */
export const data = (...slots: string[]): Data => ({
  body: `#${JSON.stringify(refs(slots))}`,
  slots: slots as VRef[],
});
/** One object. */
export const sole = (slot: string): Data => ({ body: '#"$0"', slots: [slot as VRef] });
/** Something that names nothing. */
export const NOTHING: Data = { body: '#"#undefined"', slots: [] };
/** What an implementation words as it likes. */
export const ANY = '*' as unknown as Data;

const call = (method: string, slots: readonly string[]): Data => ({
  body: `#${JSON.stringify([method, refs(slots)])}`,
  slots: slots as VRef[],
});

export const send = (
  target: string,
  method: string,
  slots: readonly string[] = [],
  result: string | null = null,
): VatSyscallObject => [
  'send',
  vref(target),
  { methargs: call(method, slots), result: result as VRef | null },
];
export const subscribe = (vpid: string): VatSyscallObject => ['subscribe', vref(vpid)];
export const resolve = (
  ...news: (readonly [vpid: string, isReject: boolean, data: Data])[]
): VatSyscallObject => ['resolve', news as never];
export const fulfil = (vpid: string, value: Data = NOTHING): VatSyscallObject =>
  resolve([vpid, false, value]);
export const reject = (vpid: string, value: Data = NOTHING): VatSyscallObject =>
  resolve([vpid, true, value]);
export const drop = (...vrefs: string[]): VatSyscallObject => ['dropImports', vrefs as VRef[]];
export const retire = (...vrefs: string[]): VatSyscallObject => ['retireImports', vrefs as VRef[]];
export const retireExports = (...vrefs: string[]): VatSyscallObject => [
  'retireExports',
  vrefs as VRef[],
];
export const abandon = (...vrefs: string[]): VatSyscallObject => [
  'abandonExports',
  vrefs as VRef[],
];
export const exit = (isFailure: boolean, info: Data = NOTHING): VatSyscallObject => [
  'exit',
  isFailure,
  info,
];
export const set = (key: string, value: string): VatSyscallObject => ['vatstoreSet', key, value];

export const message = (
  target: string,
  method: string,
  slots: readonly string[] = [],
  result: string | null = null,
): VatDeliveryObject => [
  'message',
  target as VRef,
  { methargs: call(method, slots), result: result as VRef | null },
];
export const news = (
  ...each: (readonly [vpid: string, isReject: boolean, data: Data])[]
): VatDeliveryObject => ['notify', each as never];
export const told = (
  tag: 'dropExports' | 'retireExports' | 'retireImports',
  ...vrefs: string[]
): VatDeliveryObject => [tag, vrefs as VRef[]];
/** What waits in an inbox. */
export const waiting = (
  target: string,
  method: string,
  slots: readonly string[] = [],
  result: string | null = null,
) => ['message', target, { methargs: call(method, slots), result }] as const;

export interface Story {
  /** The host sends `method`; the promise for its answer is `@name`, by default `@` and the method. */
  host(vat: string, method: string, slots?: readonly string[], name?: string): void;
  /** The vat's next delivery. */
  gets(vat: string, delivery: VatDeliveryObject, acked?: number): void;
  /** Its next record; what is retired is that record, if nothing else is said. */
  does(vat: string, ...syscalls: VatSyscallObject[]): void;
  /** Its next record arrives, and these are retired. */
  says(vat: string, retires: readonly string[], ...syscalls: VatSyscallObject[]): void;
  /** Its next record is refused, and the vat is no more. */
  dies(vat: string, ...syscalls: VatSyscallObject[]): void;
  /** A whole crank, from a message of the host's to its answer. */
  turn(vat: string, ...syscalls: VatSyscallObject[]): void;
  /** A whole crank of what is delivered next. */
  crank(vat: string, delivery: VatDeliveryObject, ...syscalls: VatSyscallObject[]): void;
  quiet(...vats: string[]): void;
  hears(promise: string, isReject: boolean, data: Data): void;
  state(expected: Omit<ExpectedState, 'do'>): void;
  step(step: Step): void;
}

type VatDescription = Partial<Omit<VectorVat, 'name'>>;

export const story = (
  name: string,
  rule: string,
  described: Readonly<Record<string, VatDescription>>,
  tell: (story: Story) => void,
  order: Order = 'arrival',
): VectorCase => {
  const steps: Step[] = [];
  const vats = Object.entries(described).map(
    ([vat, { window = 1, pipelining = false, knows = [] }]) => ({
      name: vat,
      window,
      pipelining,
      knows,
    }),
  );
  const got = new Map<string, number>();
  const done = new Map<string, number>();
  let turns = 0;
  const count = (map: Map<string, number>, vat: string): number => {
    const n = (map.get(vat) ?? 1) + 1;
    map.set(vat, n);
    return n;
  };
  const isHandshake = (vat: string): boolean =>
    vats.some((each) => each.name === vat && each.window === 1);

  const self: Story = {
    step: (step) => steps.push(step),
    host: (vat, method, slots = [], result = method) =>
      self.step({ do: 'send', to: `@${vat}`, methargs: call(method, slots), result: `@${result}` }),
    gets: (vat, delivery, acked) => {
      const n = count(got, vat);
      const known = acked ?? (isHandshake(vat) ? n - 1 : undefined);
      self.step({ do: 'get', vat, n, ...(known === undefined ? {} : { acked: known }), delivery });
    },
    says: (vat, retires, ...syscalls) =>
      self.step({ do: 'record', vat, n: count(done, vat), syscalls, retires }),
    does: (vat, ...syscalls) => self.says(vat, [vat], ...syscalls),
    dies: (vat, ...syscalls) =>
      self.step({
        do: 'record',
        vat,
        n: count(done, vat),
        syscalls,
        retires: [vat],
        refused: true,
      }),
    turn: (vat, ...syscalls) => {
      turns += 1;
      self.host(vat, 'go', [], `go${turns}`);
      self.gets(vat, message('o+0', 'go', [], `p-go${turns}`));
      self.does(vat, ...syscalls, fulfil(`p-go${turns}`));
    },
    crank: (vat, delivery, ...syscalls) => {
      self.gets(vat, delivery);
      self.does(vat, ...syscalls);
    },
    quiet: (...each) => self.step({ do: 'quiet', vats: each }),
    hears: (promise, isReject, value) =>
      self.step({ do: 'hear', promise: `@${promise}`, isReject, data: value }),
    state: (expected) => self.step({ do: 'state', ...expected }),
  };
  tell(self);
  return { name, rule, order, vats, steps };
};
