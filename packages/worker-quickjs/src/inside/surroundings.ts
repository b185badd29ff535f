/** First of all: what lockdown and the libraries expect of an engine, and what they must not find. */
import './feral.js';
import './host-calls.js';
import { TextDecoder, TextEncoder } from './text-coding.js';

const silent = (): void => undefined;
const errors = Error as unknown as Record<string, unknown>;
// Lockdown takes an engine that has these for V8, and stacks come out empty.
delete errors['captureStackTrace'];
delete errors['prepareStackTrace'];
delete errors['stackTraceLimit'];

// Lockdown makes `toLocaleString` of every prototype its `toString`; the engine has none here, and objects' would be taken.
Object.defineProperty(BigInt.prototype, 'toLocaleString', {
  value: Reflect.get(BigInt.prototype, 'toString'),
  writable: true,
  configurable: true,
});

const METHODS = ['debug', 'log', 'info', 'warn', 'error', 'trace', 'group', 'groupEnd'];

Object.assign(globalThis, {
  TextDecoder,
  TextEncoder,
  console: Object.fromEntries([...METHODS, 'groupCollapsed'].map((name) => [name, silent])),
});
