/** Messages out: what user code sends with `E()` to a presence or to an unsettled promise. */
import type { LiveSlotsSyscall } from '@cooperage/types';
import type { CapDataLimits } from '../refs/capdata-limits.js';
import type { Encoder } from '../refs/encoder.js';
import type { Exports } from '../refs/exports.js';
import type { IdCounters } from '../refs/id-counters.js';
import { makePipelinedPromise, type PromiseTable, type Send } from '../promises/promise-table.js';
import type { Resolver } from '../promises/resolver.js';
import type { SlotTable } from '../refs/slot-table.js';
import { formatPromise } from '../refs/vref.js';

export interface SenderPowers {
  readonly syscall: Pick<LiveSlotsSyscall, 'send' | 'subscribe'>;
  readonly slots: SlotTable;
  readonly ids: IdCounters;
  readonly promises: PromiseTable;
  readonly exports: Exports;
  readonly encoder: Encoder;
  readonly resolver: Resolver;
  readonly limits: CapDataLimits;
}

export const makeSender = ({
  syscall,
  slots,
  ids,
  promises,
  exports,
  encoder,
  resolver,
  limits,
}: SenderPowers): Send => {
  const send: Send = (target, method, args, answer) => {
    const methargs = encoder.encodeCall(method, args);
    limits.insistFits([methargs]);
    exports.retain(methargs.slots);

    if (answer === undefined) {
      syscall.send(target, methargs);
      resolver.announce(methargs.slots);
      return undefined;
    }
    const result = formatPromise(ids.next('promiseID'));
    const inner = makePipelinedPromise(result, send);
    // User code holds `answer`, so that is what the vref names; what is settled when the news comes is
    // `inner`, to which `answer` was resolved by the caller.
    promises.imported.set(result, {
      promise: answer,
      resolve: (value) => inner.resolve(value),
      reject: (reason) => inner.reject(reason),
    });
    slots.addUnwatched(result, answer);

    syscall.send(target, methargs, result);
    resolver.announce(methargs.slots);
    syscall.subscribe(result);
    return inner.promise;
  };
  return send;
};
