import { CooperageError } from '@cooperage/types';
import type { Host } from '../host.js';
import type { HostCall } from '../tables/history.js';

/**
 * Repeats the calls of a recorded crank. A history may come from elsewhere: it reaches only the own methods of the
 * host.
 *
 * @throws {CooperageError} `BAD_RECORDING` if the host has no such method
 */
export const repeatCalls = (host: Host, calls: readonly HostCall[]): void => {
  for (const [method, ...args] of calls) {
    if (!Object.hasOwn(host, method)) {
      throw new CooperageError(
        'BAD_RECORDING',
        `the recording cannot be read: the host has no method "${method}"`,
      );
    }
    const call: unknown = Reflect.get(host, method);
    if (typeof call === 'function') Reflect.apply(call, host, args);
  }
};
