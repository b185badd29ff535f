import {
  CHANGEABLE_VAT_OPTIONS,
  CooperageError,
  type ChangeableVatOptions,
  type IssueNumber,
  type KPromise,
  type Rejection,
  UNDEFINED_CAPDATA,
  type VatID,
  vatOption,
} from '@cooperage/types';
import type { Effects } from '../effects.js';
import type { Pauses } from './pauses.js';
import type { Messages } from '../messages/messages.js';
import type { OptionsRequest } from '../tables/deliveries/inboxes.js';
import type { KernelTables } from '../tables/kernel-tables.js';

/**
 * Changes of a running vat's options. A change waits in the vat's inbox like a delivery, until all before it are
 * retired: what was handed out before was under the old options, what is handed out after it is under the new ones.
 * The vat gets no delivery for this, because none of these options concerns its code. A
 * suspended vat is changed at once, and continues if the change raises the limit that it had exceeded.
 */
export interface ChangeOptions {
  /**
   * @param result settled when the change has taken effect
   * @throws {CooperageError} `VAT_TERMINATED`
   */
  ask(vatID: VatID, options: ChangeableVatOptions, result: KPromise): void;
  /** Its turn has come: nothing is out at the vat. */
  apply(vatID: VatID, issue: IssueNumber, request: OptionsRequest): void;
  /** The vat is terminated. */
  abandon(request: OptionsRequest, why: Rejection): void;
}

const OF_THE_WORKER = CHANGEABLE_VAT_OPTIONS.filter((name) => vatOption(name).ofWorker === true);

export const makeChangeOptions = (
  { ends, inboxes, promises, references, suspensions, vats }: KernelTables,
  effects: Effects,
  messages: Messages,
  pauses: Pauses,
): ChangeOptions => {
  const isOpen = (kp: KPromise): boolean => promises.get(kp).state === 'unresolved';
  const done = (result: KPromise): void => {
    if (isOpen(result)) messages.fulfill(result, UNDEFINED_CAPDATA);
    references.release(result);
  };
  const change = (vatID: VatID, options: ChangeableVatOptions): void => {
    const before = vats.options(vatID);
    const after = { ...before, ...options };
    vats.setOptions(vatID, after);
    if (OF_THE_WORKER.some((name) => before[name] !== after[name])) {
      effects.add({ type: 'worker-stale', vatID });
    }
  };
  return {
    ask: (vatID, options, result) => {
      if (!vats.isAlive(vatID)) {
        const end = ends.find(vatID);
        throw new CooperageError(
          'VAT_TERMINATED',
          `changeOptions: vat ${end?.name ?? vatID} has terminated: ${end?.reason ?? 'it did not start'}`,
        );
      }
      references.retain(result);
      const suspension = suspensions.find(vatID);
      if (suspension !== undefined) {
        // Its inbox stands still until this has happened.
        change(vatID, options);
        if (suspension.why === 'computronLimit') pauses.release(vatID);
        done(result);
        return;
      }
      inboxes.append(vatID, ['changeOptions', { options, result }]);
    },
    apply: (vatID, issue, request) => {
      change(vatID, request.options);
      inboxes.close(issue);
      done(request.result);
    },
    abandon: ({ result }, why) => {
      if (isOpen(result)) messages.reject(result, why);
      references.release(result);
    },
  };
};
