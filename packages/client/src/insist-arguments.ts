/** Checks the arguments of `connect`, for callers in JavaScript. */
import { GatewayError } from './gateway-error.js';

const isText = (value: unknown): boolean => typeof value === 'string';
const isFunction = (value: unknown): boolean => typeof value === 'function';
const isObject = (value: unknown): boolean =>
  (typeof value === 'object' && value !== null) || isFunction(value);

/** As long as a timer can wait. */
const LONGEST = 2_147_483_647;

/** What each option may be, in words and as a check. */
const OPTIONS: Readonly<Record<string, readonly [what: string, is: (value: unknown) => boolean]>> =
  {
    session: ['a string', isText],
    objects: [
      'an array of objects',
      (value) => Array.isArray(value) && value.every((each) => isObject(each)),
    ],
    onStatus: ['a function', isFunction],
    WebSocket: ['a class', isFunction],
    gateway: ['the address of a gateway', isText],
    heartbeat: [
      'a whole number of milliseconds from 1 to 2147483647',
      (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= LONGEST,
    ],
  };

const badArgument = (message: string): GatewayError => new GatewayError('BAD_ARGUMENT', message);

/** @throws {GatewayError} `BAD_ARGUMENT` */
export const insistArguments = (url: unknown, options: unknown): void => {
  if (!isText(url)) throw badArgument('connect: url must be a string');
  if (!isObject(options) || Array.isArray(options)) {
    throw badArgument('connect: the options must be an object');
  }
  for (const [name, value] of Object.entries(options as object)) {
    const row = Object.hasOwn(OPTIONS, name) ? OPTIONS[name] : undefined;
    if (row === undefined) {
      const all = Object.keys(OPTIONS).join(', ');
      throw badArgument(`connect has no option "${name}" (it has ${all})`);
    }
    const [what, is] = row;
    if (value !== undefined && !is(value)) throw badArgument(`connect: ${name} must be ${what}`);
  }
};
