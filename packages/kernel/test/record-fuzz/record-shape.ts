/**
 * What a completion record looks like, written down a second time and independently of the parser in
 * `@cooperage/types`: the fuzzer compares the two.
 */
import {
  type CapData,
  type CompletionRecord,
  isVRef,
  LIMITS,
  type VatSyscallObject,
  type VRef,
} from '@cooperage/types';

/** Gives what counts of a value, without members that no reader looks at; throws where it has another shape. */
type Shape<T> = (value: unknown) => T;

class Misshapen extends Error {}

const check = <T>(isRight: (value: unknown) => boolean): Shape<T> => {
  return (value) => {
    if (!isRight(value)) throw new Misshapen();
    return value as T;
  };
};

const text = (most = Infinity): Shape<string> =>
  check((value) => typeof value === 'string' && value.length <= most);
const flag: Shape<boolean> = check((value) => typeof value === 'boolean');
const vref: Shape<VRef> = check(isVRef);
const wholeFrom = (least: number): Shape<number> =>
  check((value) => Number.isSafeInteger(value) && (value as number) >= least);

const list =
  <T>(of: Shape<T>): Shape<T[]> =>
  (value) => {
    if (!Array.isArray(value)) throw new Misshapen();
    return value.map(of);
  };

const member = (value: unknown, name: string): unknown => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Misshapen();
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
};

const tuple = (value: unknown, length: number): readonly unknown[] => {
  if (!Array.isArray(value) || value.length !== length) throw new Misshapen();
  return value as readonly unknown[];
};

const capdata: Shape<CapData<VRef>> = (value) => ({
  body: text()(member(value, 'body')),
  slots: list(vref)(member(value, 'slots')),
});

const orNull =
  <T>(shape: Shape<T>): Shape<T | null> =>
  (value) =>
    value === null || value === undefined ? null : shape(value);

const message: Shape<{ methargs: CapData<VRef>; result: VRef | null }> = (value) => ({
  methargs: capdata(member(value, 'methargs')),
  result: orNull(vref)(member(value, 'result')),
});

const resolution: Shape<readonly [VRef, boolean, CapData<VRef>]> = (value) => {
  const [promise, isReject, data] = tuple(value, 3);
  return [vref(promise), flag(isReject), capdata(data)];
};

const key = text(LIMITS.vatstoreKeyLength);

/** Arguments of each syscall. `callNow` has a shape too, but is refused for what it is. */
const SYSCALLS: Readonly<Record<string, readonly Shape<unknown>[]>> = {
  send: [vref, message],
  subscribe: [vref],
  resolve: [list(resolution)],
  exit: [flag, capdata],
  dropImports: [list(vref)],
  retireImports: [list(vref)],
  retireExports: [list(vref)],
  abandonExports: [list(vref)],
  vatstoreGet: [key],
  vatstoreGetNextKey: [key],
  vatstoreSet: [key, text(LIMITS.vatstoreValueLength)],
  vatstoreDelete: [key],
};

const syscall: Shape<VatSyscallObject> = (value) => {
  if (!Array.isArray(value)) throw new Misshapen();
  const [tag, ...args] = value as unknown[];
  if (typeof tag !== 'string' || !Object.hasOwn(SYSCALLS, tag)) throw new Misshapen();
  const shapes = SYSCALLS[tag] as readonly Shape<unknown>[];
  if (args.length !== shapes.length) throw new Misshapen();
  return [tag, ...shapes.map((shape, i) => shape(args[i]))] as never;
};

const entry: Shape<CompletionRecord['syscalls'][number]> = (value) => {
  const made = list((each) => each)(value);
  if (made.length !== 1 && made.length !== 2) throw new Misshapen();
  return made.length === 1 ? [syscall(made[0])] : [syscall(made[0]), orNull(text())(made[1])];
};

const status: Shape<CompletionRecord['status']> = (value) => {
  if (Array.isArray(value) && value[0] === 'ok' && value.length === 1) return ['ok'];
  const [kind, said] = tuple(value, 2);
  if (kind !== 'error' && kind !== 'exhausted') throw new Misshapen();
  return [kind, text()(said)];
};

const usage: Shape<CompletionRecord['usage']> = orNull((value) => ({
  computrons: wholeFrom(0)(member(value, 'computrons')),
}));

/** What counts of the record that a text is; undefined where it is none. */
export const readShape = (sent: string): CompletionRecord | undefined => {
  if (sent.length > LIMITS.recordLength) return undefined;
  try {
    const value: unknown = JSON.parse(sent);
    return {
      n: wholeFrom(1)(member(value, 'n')) as never,
      status: status(member(value, 'status')),
      syscalls: list(entry)(member(value, 'syscalls')),
      usage: usage(member(value, 'usage')),
    };
  } catch (thrown) {
    if (thrown instanceof Misshapen || thrown instanceof SyntaxError) return undefined;
    throw thrown;
  }
};
