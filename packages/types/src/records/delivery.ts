/**
 * Deliveries: kernel to vat, pure data, tuples headed by their tag. With krefs
 * between kernel and vat manager, with vrefs between vat manager and vat.
 */
import type { CapData } from '../data/capdata.js';
import type { DeliveryNumber, KObject, KPromise, KRef, VRef } from '../refs.js';

/** A message: `methargs` is capdata of `[method, args]`. */
export interface Message<Ref extends string> {
  readonly methargs: CapData<Ref>;
  /** The promise for the answer; null for a send that wants none. */
  readonly result: Ref | null;
}

/** Options of a running vat that the kernel may change; none of them changes what the vat computes. */
export type ChangedVatOptions = Readonly<Record<string, string | number | boolean | null>>;

type Common<Ref extends string> =
  | readonly [tag: 'dropExports' | 'retireExports' | 'retireImports', refs: readonly Ref[]]
  | readonly [tag: 'changeVatOptions', options: ChangedVatOptions]
  | readonly [tag: 'startVat', vatParameters: CapData<Ref>]
  | readonly [tag: 'stopVat', disconnectObject: CapData<Ref>]
  | readonly [tag: 'bringOutYourDead'];

/** One promise's news as the kernel says it. */
export type KernelResolution = readonly [
  kpid: KPromise,
  value: { readonly state: 'fulfilled' | 'rejected'; readonly data: CapData<KRef> },
];

/** One promise's news as a vat hears and says it. */
export type VatResolution = readonly [vpid: VRef, isReject: boolean, data: CapData<VRef>];

export type KernelDeliveryObject =
  | readonly [tag: 'message', target: KObject, message: Message<KRef>]
  | readonly [tag: 'notify', resolutions: readonly KernelResolution[]]
  | Common<KRef>;

export type VatDeliveryObject =
  | readonly [tag: 'message', target: VRef, message: Message<VRef>]
  | readonly [tag: 'notify', resolutions: readonly VatResolution[]]
  | Common<VRef>;

export type DeliveryTag = VatDeliveryObject[0];

/**
 * A delivery as it is handed out to a worker. It stays on record in exactly
 * this form until its completion record is retired.
 */
export interface NumberedDelivery {
  readonly n: DeliveryNumber;
  /** The newest record of this vat that was retired when this delivery was translated; 0 for none. */
  readonly acked: number;
  readonly delivery: VatDeliveryObject;
  /** For a vat with `ambient.time`: the time of its crank, in milliseconds since 1970. It never goes back. */
  readonly time?: number;
  /** For a vat with `ambient.random`: 256 bits, as hexadecimal digits, of which the crank's randomness is made. */
  readonly seed?: string;
}

/** What one crank used. Only what is equal on every run: no wall-clock time. */
export interface Usage {
  readonly computrons: number;
}

/** What `dispatch` makes of a delivery. */
export type VatDeliveryResult =
  | readonly [tag: 'ok', results: unknown, usage: Usage | null]
  | readonly [tag: 'error', message: string, usage: Usage | null];
