/** What the rest of the kernel knows of references, messages and settlements that leave for peers. */
import {
  errorCapData,
  type KObject,
  type KPromise,
  type KRef,
  type Message,
  type PeerID,
  type Rejection,
  rejectionBy,
  type Work,
} from '@cooperage/types';
import { MOST_HOPS, type PromiseName } from './link-message.js';

/** The message was forwarded from kernel to kernel. */
export const FORWARDED_TOO_OFTEN = rejectionBy(
  { code: 'PROMISE_BROKEN' },
  errorCapData(`the message was forwarded by ${MOST_HOPS} kernels: promises lead to each other`),
);

export interface Departing {
  /**
   * Sends a message to an object of a peer, or to a promise that a peer decides. The peer decides its result from now on.
   * @returns why it was not sent, where it carries more than a message may
   */
  transmit(target: KObject | KPromise, message: Message<KRef>, hops: number): Rejection | undefined;
  /** Sends the resolution of the promise to a peer that subscribes to it. */
  tell(peer: PeerID, kp: KPromise): Work;
  /** From now on the peer decides the promise, and knows it by this name. */
  decidedBy(peer: PeerID, name: PromiseName, kp: KPromise): void;
  /** The peer knows the promise by this name, and gets its resolution. */
  subscribe(peer: PeerID, name: PromiseName, kp: KPromise): void;
}
