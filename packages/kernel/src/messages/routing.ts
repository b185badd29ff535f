import {
  type CapData,
  errorCapData,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  soleObject,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import { leaderOf } from './redirection.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { formerOwner, isOrphan, type NoOwner } from '../tables/references/objects.js';

/** Where a message goes, decided before anything is done about it. */
export type Route =
  | { readonly to: 'vat'; readonly vatID: VatID; readonly target: KObject }
  | { readonly to: 'host'; readonly target: KObject }
  | { readonly to: 'kernel'; readonly target: KObject }
  | { readonly to: 'promise'; readonly promise: KPromise }
  | { readonly to: 'nobody'; readonly why: CapData<KRef> };

const CANNOT_SEND_TO_DATA = errorCapData(
  'cannot send a message to data: the target is not an object',
);
const OWNER_GONE = errorCapData('the owner of this object is terminated or has retired it');

/** The reason that the holder of a broken reference gets. */
const whyOrphaned = (tables: KernelTables, owner: NoOwner): CapData<KRef> => {
  const vatID = formerOwner(owner);
  if (vatID === undefined) return OWNER_GONE;
  const end = tables.ends.find(vatID);
  return end === undefined
    ? vatTerminated(vatID, 'it did not start, or ended long ago')
    : vatTerminated(end.name, end.reason);
};

/** The rejection that callers of a dead vat get. */
export const vatTerminated = (name: string, reason: string): CapData<never> =>
  errorCapData(`vat ${name} terminated: ${reason}`);

/** Zygotes are not yet in the world: why one does not take a message, unless it is its creator's. */
export const notForZygotes = (
  { name, zygote, creator }: VatOptions,
  from: VatID | 'host' | undefined,
): CapData<never> | undefined =>
  zygote !== true || from === (creator ?? 'host')
    ? undefined
    : errorCapData(
        `vat ${name} is a zygote, which accepts messages of its creator only: fork it, and send to the fork`,
      );

export const isObjectRef = (kref: KRef): kref is KObject => kref.startsWith('ko');

/** Follows resolutions to wherever `target` leads now. */
export const route = (tables: KernelTables, target: KRef): Route => {
  if (!isObjectRef(target)) {
    const kp = leaderOf(tables, target as KPromise);
    const promise = tables.promises.get(kp);
    if (promise.state === 'unresolved') return { to: 'promise', promise: kp };
    const data = tables.promises.getData(kp);
    if (promise.state === 'rejected') return { to: 'nobody', why: data };
    const object = soleObject(data);
    return object === undefined || !isObjectRef(object)
      ? { to: 'nobody', why: CANNOT_SEND_TO_DATA }
      : route(tables, object);
  }
  const { owner } = tables.objects.get(target);
  if (isOrphan(owner)) return { to: 'nobody', why: whyOrphaned(tables, owner) };
  if (isVatID(owner)) return { to: 'vat', vatID: owner, target };
  return { to: owner, target };
};
