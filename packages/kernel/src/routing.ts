import {
  type CapData,
  errorCapData,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  soleObject,
  type VatID,
} from '@cooperage/types';
import type { KernelTables } from './tables/kernel-tables.js';

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
const OWNER_GONE = errorCapData('the vat that answered for this object is terminated');

export const isObjectRef = (kref: KRef): kref is KObject => kref.startsWith('ko');

/** Follows resolutions to wherever `target` leads now. */
export const route = (tables: KernelTables, target: KRef): Route => {
  if (!isObjectRef(target)) {
    const kp = target as KPromise;
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
  if (owner === 'none') return { to: 'nobody', why: OWNER_GONE };
  if (isVatID(owner)) return { to: 'vat', vatID: owner, target };
  return { to: owner, target };
};
