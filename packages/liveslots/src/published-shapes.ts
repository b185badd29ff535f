/**
 * What programs that drive liveslots check of deliveries, syscalls and their results, as the published package has it:
 * the same functions with the same strictness and the same errors. They check shapes only, and no references.
 */
import { assert, makeError, X } from '@endo/errors';
import type {
  Message,
  SwingSetCapData,
  VatDeliveryObject,
  VatDeliveryResult,
  VatSyscallObject,
  VatSyscallResult,
} from './published-types.js';

type Elements = readonly unknown[];

const insistArray: (value: unknown) => asserts value is Elements = (value) => {
  if (!Array.isArray(value)) throw makeError(X`${value} must be an array`);
};

const insistString: (value: unknown) => asserts value is string = (value) =>
  assert.typeof(value, 'string');

const insistLength = (elements: Elements, length: number): void => {
  if (elements.length === length) return;
  throw makeError(X`${elements} must have ${length} elements after its type`);
};

const insistCapData: (value: unknown) => asserts value is SwingSetCapData = (value) => {
  const { body, slots } = value as Partial<SwingSetCapData>;
  if (typeof body !== 'string') throw makeError(X`capdata has non-string .body ${body}`);
  if (!Array.isArray(slots)) throw makeError(X`capdata has non-Array slots ${slots}`);
  if (slots.some((slot) => typeof slot !== 'string')) throw makeError(X`All slots must be strings`);
};

const insistStrings = (value: unknown): void => {
  insistArray(value);
  value.forEach(insistString);
};

const insistResolutions = (value: unknown): void => {
  insistArray(value);
  for (const resolution of value) {
    const [vpid, isReject, data] = resolution as Elements;
    insistString(vpid);
    assert.typeof(isReject, 'boolean');
    insistCapData(data);
  }
};

/** @throws unless `value` is the message of a delivery or a send */
export const insistMessage: (value: unknown) => asserts value is Message = (value) => {
  const { methargs, result } = value as Partial<Message>;
  insistCapData(methargs);
  if (result && typeof result !== 'string') {
    throw makeError(X`message has non-string non-null .result ${result}`);
  }
};

const insistSend = ([target, message]: Elements): void => {
  insistString(target);
  insistMessage(message);
};

/** What follows the tag of each delivery. */
const DELIVERIES: Readonly<Record<VatDeliveryObject[0], (rest: Elements) => void>> = {
  message: insistSend,
  notify: ([resolutions]) => insistResolutions(resolutions),
  dropExports: ([vrefs]) => insistStrings(vrefs),
  retireExports: ([vrefs]) => insistStrings(vrefs),
  retireImports: ([vrefs]) => insistStrings(vrefs),
  changeVatOptions: (rest) => insistLength(rest, 1),
  startVat: (rest) => {
    insistLength(rest, 1);
    insistCapData(rest[0]);
  },
  stopVat: (rest) => {
    insistLength(rest, 1);
    insistCapData(rest[0]);
  },
  bringOutYourDead: (rest) => insistLength(rest, 0),
};

/** What follows the tag of each syscall. */
const SYSCALLS: Readonly<Record<VatSyscallObject[0], (rest: Elements) => void>> = {
  send: insistSend,
  callNow: ([target, method, args]) => {
    insistString(target);
    insistString(method);
    insistCapData(args);
  },
  subscribe: ([vpid]) => insistString(vpid),
  resolve: ([resolutions]) => insistResolutions(resolutions),
  exit: ([isFailure, info]) => {
    assert.typeof(isFailure, 'boolean');
    insistCapData(info);
  },
  vatstoreGet: ([key]) => insistString(key),
  vatstoreGetNextKey: ([key]) => insistString(key),
  vatstoreSet: ([key, value]) => {
    insistString(key);
    insistString(value);
  },
  vatstoreDelete: ([key]) => insistString(key),
  dropImports: ([vrefs]) => insistStrings(vrefs),
  retireImports: ([vrefs]) => insistStrings(vrefs),
  retireExports: ([vrefs]) => insistStrings(vrefs),
  abandonExports: ([vrefs]) => insistStrings(vrefs),
};

type Checks = Readonly<Record<string, (rest: Elements) => void>>;

/** @param refuse makes the error about a tag that is not known */
const insistTagged = (value: unknown, checks: Checks, refuse: (tag: unknown) => Error): void => {
  insistArray(value);
  const [tag, ...rest] = value;
  const check = typeof tag === 'string' && Object.hasOwn(checks, tag) ? checks[tag] : undefined;
  if (check === undefined) throw refuse(tag);
  check(rest);
};

/** @throws unless `value` is a delivery */
export const insistVatDeliveryObject: (value: unknown) => asserts value is VatDeliveryObject = (
  value,
) => insistTagged(value, DELIVERIES, (tag) => makeError(X`unknown delivery type ${tag}`));

/** @throws unless `value` is a syscall */
export const insistVatSyscallObject: (value: unknown) => asserts value is VatSyscallObject = (
  value,
) => insistTagged(value, SYSCALLS, (tag) => makeError(X`unknown syscall type ${tag}`));

/** @throws unless `value` is what became of a delivery */
export const insistVatDeliveryResult: (value: unknown) => asserts value is VatDeliveryResult = (
  value,
) =>
  insistTagged(
    value,
    { ok: ([problem]) => assert.equal(problem, null), error: ([problem]) => insistString(problem) },
    (tag) => makeError(X`unknown delivery result type ${tag}`),
  );

/** @throws unless `value` is what became of a syscall */
export const insistVatSyscallResult: (value: unknown) => asserts value is VatSyscallResult = (
  value,
) =>
  insistTagged(value, { ok: () => undefined, error: ([problem]) => insistString(problem) }, (tag) =>
    makeError(X`unknown syscall result type ${tag}`),
  );
