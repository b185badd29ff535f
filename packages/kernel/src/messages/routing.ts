import {
  CooperageError,
  errorCapData,
  isPeerID,
  isVatID,
  type KObject,
  type KPromise,
  type KRef,
  messageOf,
  type PeerID,
  rejectionBy,
  type RejectedBy,
  type Rejection,
  soleObject,
  type VatID,
  type VatOptions,
} from '@cooperage/types';
import { leaderOf } from './redirection.js';
import type { VatEnd } from '../tables/vats/ends.js';
import type { KernelTables } from '../tables/kernel-tables.js';
import { formerOwner, isOrphan, type NoOwner } from '../tables/references/objects.js';

/** The route of a message, decided before anything is changed. */
export type Route =
  | { readonly to: 'vat'; readonly vatID: VatID; readonly target: KObject }
  | { readonly to: 'host'; readonly target: KObject }
  | { readonly to: 'kernel'; readonly target: KObject }
  /** To an object of a peer kernel, or to a promise that it decides. */
  | { readonly to: 'peer'; readonly peer: PeerID; readonly target: KObject | KPromise }
  | { readonly to: 'promise'; readonly promise: KPromise }
  | { readonly to: 'refusal'; readonly why: Rejection };

const CANNOT_SEND_TO_DATA = rejectionBy(
  { code: 'NOT_AN_OBJECT' },
  errorCapData('cannot send a message to data: the target is not an object'),
);
const OWNER_GONE = rejectionBy(
  { code: 'OBJECT_GONE' },
  errorCapData('the owner of this object is terminated or has retired it'),
);

/** The rejection for objects and promises of a former process of the host. */
export const HOST_RESTARTED = rejectionBy(
  { code: 'HOST_RESTARTED' },
  errorCapData(
    'the host’s process that this object or promise belonged to has ended; only services, which have names, are there again',
  ),
);

/** The rejection of messages to a kernel that is lost. */
export const peerIsLost = (peer: PeerID, reason: string): Rejection =>
  rejectionBy({ code: 'PEER_LOST', peer }, errorCapData(`the kernel ${peer} was lost: ${reason}`));

/** The rejection for messages to a broken reference. */
const whyOrphaned = (tables: KernelTables, owner: NoOwner): Rejection => {
  const vatID = formerOwner(owner);
  if (vatID === undefined) return OWNER_GONE;
  if (vatID === 'host') return HOST_RESTARTED;
  if (isPeerID(vatID)) return peerIsLost(vatID, tables.links.find(vatID)?.lost ?? 'long ago');
  const end = tables.ends.find(vatID);
  return end === undefined
    ? vatTerminated(vatID, { name: vatID, reason: 'it did not start, or terminated long ago' })
    : vatTerminated(vatID, end);
};

/** The rejection of a message, or of its request, because of an error. */
export const refusal = (thrown: unknown, by: RejectedBy = {}): Rejection =>
  rejectionBy(
    { code: thrown instanceof CooperageError ? thrown.code : 'BAD_ARGUMENT', ...by },
    errorCapData(messageOf(thrown)),
  );

/** The rejection that callers of a terminated vat get. */
export const vatTerminated = (
  vatID: VatID,
  { name, reason, code }: Pick<VatEnd, 'name' | 'reason' | 'code'>,
): Rejection =>
  rejectionBy(
    terminatedBy(vatID, { name, code }),
    errorCapData(`vat ${name} terminated: ${reason}`),
  );

/** All rejections by the end of one vat have the same id. */
export const terminatedBy = (
  vatID: VatID,
  { name, code }: Pick<VatEnd, 'name' | 'code'>,
): RejectedBy => ({
  code: 'VAT_TERMINATED',
  vat: vatID,
  name,
  ...(code !== undefined && { reasonCode: code }),
  id: vatID,
});

/** Why a zygote does not accept a message; undefined for messages of its creator. */
export const notForZygotes = (
  vatID: VatID,
  { name, zygote, creator }: VatOptions,
  from: VatID | PeerID | 'host' | undefined,
): Rejection | undefined =>
  zygote !== true || from === (creator ?? 'host')
    ? undefined
    : rejectionBy(
        { code: 'VAT_IS_ZYGOTE', vat: vatID, name },
        errorCapData(
          `vat ${name} is a zygote, which accepts messages of its creator only: fork it, and send to the fork`,
        ),
      );

export const isObjectRef = (kref: KRef): kref is KObject => kref.startsWith('ko');

/** Follows resolutions from `target` to where it leads now. */
export const route = (tables: KernelTables, target: KRef): Route => {
  if (!isObjectRef(target)) {
    const kp = leaderOf(tables, target as KPromise);
    const promise = tables.promises.get(kp);
    if (promise.state === 'unresolved') {
      const { decider } = promise;
      if (isPeerID(decider)) return { to: 'peer', peer: decider, target: kp };
      return { to: 'promise', promise: kp };
    }
    const data = tables.promises.getData(kp);
    if (promise.state === 'rejected') return { to: 'refusal', why: data };
    const object = soleObject(data);
    return object === undefined || !isObjectRef(object)
      ? { to: 'refusal', why: CANNOT_SEND_TO_DATA }
      : route(tables, object);
  }
  const { owner } = tables.objects.get(target);
  if (isOrphan(owner)) return { to: 'refusal', why: whyOrphaned(tables, owner) };
  if (isVatID(owner)) return { to: 'vat', vatID: owner, target };
  if (isPeerID(owner)) return { to: 'peer', peer: owner, target };
  return { to: owner, target };
};
