/** `D(device).method(args)`: calls a device and waits for its answer, within the crank. */
import { makeError, X } from '@endo/errors';
import harden from '@endo/harden';
import type { LiveSlotsSyscall, VRef } from '@cooperage/types';
import type { CapDataLimits } from '../refs/capdata-limits.js';
import type { Decode } from '../refs/decoder.js';
import type { Encoder } from '../refs/encoder.js';
import type { Exports } from '../refs/exports.js';
import type { SlotTable } from '../refs/slot-table.js';
import { isDevice, isPromise } from '../refs/vref.js';

const forbidPromises = (vrefs: readonly VRef[]): void => {
  if (vrefs.some(isPromise)) throw makeError(X`D() arguments cannot include a Promise`);
};

export const makeD = (
  syscall: Pick<LiveSlotsSyscall, 'callNow'>,
  slots: SlotTable,
  exports: Exports,
  encoder: Encoder,
  decode: Decode,
  limits: CapDataLimits,
): ((device: object) => object) => {
  const proxies = new WeakSet<object>();

  return (device) => {
    if (proxies.has(device)) throw new Error('D(D(x)) is invalid');
    const vref = slots.vrefOf(device);
    if (vref === undefined || !isDevice(vref)) {
      throw new Error('D() must be given a device node');
    }
    const proxy = new Proxy(
      {},
      {
        get: (_target, method) => {
          if (typeof method !== 'string') return undefined;
          return (...args: unknown[]): unknown => {
            const data = encoder.encode(harden(args));
            limits.insistFits([data]);
            exports.retain(data.slots);
            forbidPromises(data.slots);
            const answer = syscall.callNow(vref, method, data);
            forbidPromises(answer.slots);
            return decode(answer);
          };
        },
      },
    );
    proxies.add(proxy);
    return harden(proxy);
  };
};
