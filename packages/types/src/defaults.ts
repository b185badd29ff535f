import { VAT_OPTIONS } from './options/vat-options.js';

/** What holds unless configuration says otherwise. */
export const DEFAULTS = Object.freeze({
  liveslots: VAT_OPTIONS.liveslots.default,
  window: VAT_OPTIONS.window.default,
  crankTimeLimit: VAT_OPTIONS.crankTimeLimit.default,
  reapInterval: VAT_OPTIONS.reapInterval.default,
  reapReferences: VAT_OPTIONS.reapReferences.default,
  reapAtRest: VAT_OPTIONS.reapAtRest.default,
  inboxLimit: VAT_OPTIONS.inboxLimit.default,
  /** Messages on their way to another kernel beyond which the vats that send there wait. */
  linkLimit: 10_000,
  /** Vats that a vat may have made, and these in turn, at one time; itself included. */
  vatQuota: 1_000,
  /** Bytes: what a vat counts for where there is a quota on memory and the vat has no limit. */
  memoryLimit: 64 * 1024 * 1024,
  /** Deliveries after which a vat's heap is copied, where its engine can. */
  snapshotInterval: 200,
  /** Megabytes of heap for one worker thread. */
  heapLimit: 512,
} as const);
