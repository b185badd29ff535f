import {
  CooperageError,
  isVatAllocated,
  isVatID,
  type IssueNumber,
  type KObject,
  type KPromise,
  type KRef,
  type Pace,
  type Rejection,
  ROOT_VREF,
  soleObject,
  UNDEFINED_CAPDATA,
  VAT_OPTIONS,
  type VatID,
  vatOption,
  type VatOptionName,
  type VatOptions,
  type VRef,
  type Work,
} from '@cooperage/types';
import type { Effects } from '../effects.js';
import type { Messages } from '../messages/messages.js';
import { panic } from '../panic.js';
import { isObjectRef, refusal } from '../messages/routing.js';
import { recordOfReferences } from '../smallcaps.js';
import { makeForkCopies } from './fork-copies.js';
import { formatAdmin } from '../tables/references/devices.js';
import type { ForkRequest } from '../tables/deliveries/inboxes.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { DROP_QUEUED, RETIRE_QUEUED } from '../tables/references/objects.js';
import { keys } from '../tables/schema.js';

/**
 * Forks: a vat between two of its deliveries becomes two. Everything that the kernel knows of the vat is rows, its heap
 * included (a snapshot and the transcript since, or the whole transcript), so that a fork is a copy of rows, made in one
 * crank: it has happened entirely or not at all. Imports are shared; exports stay the parent's, and the child has new
 * ones in their place; no promise gets a second decider.
 */
export interface Forks {
  /** Asks for a fork; it is made when the vat's window is empty. */
  ask(vatID: VatID, request: ForkRequest): void;
  /** The vat's window is empty, and the request is out of the inbox. Settles its result, whatever comes of it. */
  perform(vatID: VatID, issue: IssueNumber, request: ForkRequest): Work;
  /** The fork is not made, because the vat is terminated. */
  abandon(request: ForkRequest, why: Rejection): void;
  /** Asks for the vat's heap to be kept on disk only, once its window is empty. */
  askToRest(vatID: VatID, result: KPromise): void;
  rest(vatID: VatID, issue: IssueNumber, result: KPromise): void;
}

/** The options of a vat that its forks have, too. */
const withoutOwn = (options: VatOptions): VatOptions =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name]) =>
        !(Object.hasOwn(VAT_OPTIONS, name) && vatOption(name as VatOptionName).notInherited),
    ),
  ) as unknown as VatOptions;

const QUOTA_OR_FORK: ReadonlySet<string> = new Set(['BAD_ARGUMENT', 'QUOTA_EXCEEDED']);

export const makeForks = (
  tables: KernelTables,
  effects: Effects,
  messages: Messages,
  pace: Pace,
): Forks => {
  const {
    accounts,
    cLists,
    reapCounters,
    inboxes,
    objects,
    promises,
    references,
    rows,
    vats,
    windows,
  } = tables;

  const copies = makeForkCopies(tables, pace);

  const refuse = (message: string): never => {
    throw new CooperageError('BAD_ARGUMENT', message);
  };

  /** A zygote with promises to settle or exports besides its root cannot be forked: both copies would have them. */
  const insistNotInTheWorld = (vatID: VatID): void => {
    const { name } = vats.options(vatID);
    for (const [vref, { kref }] of cLists.list(vatID)) {
      if (!isObjectRef(kref)) {
        const { state, decider } = promises.get(kref as KPromise);
        if (state === 'unresolved' && decider === vatID) {
          refuse(
            `fork: the zygote ${name} is the decider of the promise ${vref} (${kref}): let it resolve that first`,
          );
        }
      } else if (isVatAllocated(vref) && vref !== ROOT_VREF) {
        // What is on its way to be dropped and retired is no export any more.
        if (objects.get(kref).recognizable === 0) continue;
        refuse(
          `fork: the zygote ${name} has the export ${vref} (${kref}) besides its root: its holders must drop it before the zygote can be forked`,
        );
      }
    }
  };

  /** The object that is meant: itself, or what a promise was fulfilled with. */
  const objectMeant = (kref: KRef, index: number): KObject => {
    if (isObjectRef(kref)) return kref;
    const kp = kref as KPromise;
    const { state } = promises.get(kp);
    const object = state === 'fulfilled' ? soleObject(promises.getData(kp)) : undefined;
    if (object !== undefined && isObjectRef(object)) return object;
    return refuse(
      `fork: reference ${index} is a promise that is not fulfilled with an object: await it first`,
    );
  };

  /** Exports to which no new reference was given: their drop is the first delivery of the child. */
  const tellUnreachable = (child: VatID, exported: Iterable<readonly [KObject, VRef]>): void => {
    const toDrop: KObject[] = [];
    const toRetire: KObject[] = [];
    for (const [ko, vref] of exported) {
      const row = objects.get(ko);
      if (row.recognizable > 0) continue;
      const isReachable = cLists.toKernel(child, vref)?.reachable === true;
      objects.put(ko, { ...row, queued: (isReachable ? DROP_QUEUED : 0) | RETIRE_QUEUED });
      if (isReachable) toDrop.push(ko);
      toRetire.push(ko);
    }
    if (toDrop.length > 0) inboxes.append(child, ['dropExports', toDrop]);
    if (toRetire.length > 0) inboxes.append(child, ['retireExports', toRetire]);
  };

  const release = ({ objects: held, options, result }: ForkRequest): void => {
    for (const [kref] of held) references.release(kref);
    if (options.meter !== undefined) references.release(options.meter);
    references.release(result);
  };

  const make = function* (parent: VatID, { objects: wanted, ...request }: ForkRequest): Work {
    const options = vats.options(parent);
    if (options.zygote === true) insistNotInTheWorld(parent);
    const meant = wanted.map(([kref], i) => objectMeant(kref, i));
    const { creator: _creator, account: _account, ...inherited } = withoutOwn(options);
    // Where the vat that asked is terminated, the vat's own account pays.
    const payer = request.from === 'host' || vats.isAlive(request.from) ? request.from : parent;
    const maker = isVatID(payer) ? vats.options(payer).account : 'host';
    const child = vats.add(
      accounts.admit(
        {
          ...inherited,
          ...request.options,
          ancestor: options.ancestor ?? parent,
          ...(request.from !== 'host' && { creator: request.from }),
        },
        request.quotas,
        maker,
      ),
    );
    const { meter } = vats.options(child);
    if (meter !== undefined) references.retain(meter);
    const exported = yield* copies.copyVat(parent, child);

    const refs = meant.map((ko) => exported.get(ko)?.[0] ?? ko);
    const rootEntry = cLists.toKernel(child, ROOT_VREF);
    // The parent may have collected what it was told to drop, so no new reference to it is made.
    const root = rootEntry?.reachable === true ? (rootEntry.kref as KObject) : undefined;
    const admin = objects.add('kernel');
    rows.set(keys.device(admin), formatAdmin(child, root));
    if (root !== undefined) references.retain(root);
    references.recheck(admin);
    // Retained first, because the exports that nothing retains are then dropped.
    refs.forEach((ko) => references.retain(ko));
    tellUnreachable(child, exported.values());
    copies.copyNews(parent, child);
    effects.add({ type: 'vat-forked', vatID: child, parent });
    effects.add({ type: 'vat-ready', vatID: child, name: vats.options(child).name });
    if (promises.get(request.result).state === 'unresolved') {
      const answer = recordOfReferences({
        admin: [admin, 'admin'],
        refs: refs.map((ko, i) => [ko, wanted[i]?.[1] ?? 'object'] as const),
        ...(root !== undefined && { root: [root, 'root'] as const }),
      });
      messages.fulfill(request.result, answer);
    }
    refs.forEach((ko) => references.release(ko));
  };

  return {
    ask: (vatID, request) => {
      for (const [kref] of request.objects) references.retain(kref);
      if (request.options.meter !== undefined) references.retain(request.options.meter);
      references.retain(request.result);
      inboxes.append(vatID, ['fork', request]);
    },
    *perform(vatID, issue, request) {
      inboxes.close(issue);
      try {
        yield* make(vatID, request);
      } catch (error) {
        // Whatever is wrong with a request is found before anything is changed.
        if (!(error instanceof CooperageError) || !QUOTA_OR_FORK.has(error.code)) throw error;
        if (promises.get(request.result).state === 'unresolved') {
          messages.reject(request.result, refusal(error));
        }
      }
      release(request);
      if (vats.options(vatID).zygote === true) effects.add({ type: 'rest', vatID });
    },
    abandon: (request, why) => {
      if (promises.get(request.result).state === 'unresolved') {
        messages.reject(request.result, why);
      }
      release(request);
    },
    askToRest: (vatID, result) => {
      references.retain(result);
      if (reapCounters.hasUnreaped(vatID)) {
        reapCounters.clear(vatID);
        inboxes.append(vatID, ['bringOutYourDead']);
      }
      inboxes.append(vatID, ['takeOffline', result]);
    },
    rest: (vatID, issue, result) => {
      if (windows.size(vatID) > 0) panic(`${vatID} is to be forked with deliveries in its window`);
      inboxes.close(issue);
      effects.add({ type: 'rest', vatID });
      if (promises.get(result).state === 'unresolved') {
        messages.fulfill(result, UNDEFINED_CAPDATA);
      }
      references.release(result);
    },
  };
};
