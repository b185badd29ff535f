/**
 * Matchers for vitest: import this once, in a setup file or in the test.
 *
 *     import '@cooperage/test/vitest';
 */
import { expect } from 'vitest';
import { type ExpectedMessage, hasSent, holdsNoReferenceTo, isBroken } from './assertions.js';
import type { World } from './world-contract.js';

expect.extend({
  toHaveSent: (world: World<unknown>, expected: ExpectedMessage) => hasSent(world, expected),
  toBeBroken: (promise: PromiseLike<unknown>) => isBroken(promise),
  toHoldNoReferenceTo: (
    vat: { readonly world: World<unknown>; readonly name: string },
    object: object,
  ) => holdsNoReferenceTo(vat, object),
});

interface WorldMatchers<R> {
  /** Of a world: such a message was delivered. */
  toHaveSent(expected: ExpectedMessage): R;
  /** Of a promise: it is rejected because a vat or an object came to its end. */
  toBeBroken(): Promise<R>;
  /** Of `world.vat(name)`: it does not hold the object. */
  toHoldNoReferenceTo(object: object): R;
}

declare module 'vitest' {
  interface Matchers<T> extends WorldMatchers<T> {}
}
