import type { InboxWork } from './deliveries/inboxes.js';

/** A description of each kind of work in an inbox; the compiler demands one for each. */
export const ACTIONS: Readonly<Record<InboxWork[0], string>> = {
  message:
    'A message for an object of the vat. It is routed again when it is handed out, and then the vat becomes the decider of its result.',
  pipelined:
    'A message to a promise that the vat decides, for a vat with `enablePipelining`. It stays queued on the promise until it is handed out, so that a resolution can still redirect it.',
  notify:
    'The resolution of a promise to which the vat subscribed, together with every resolved promise that its data leads to. Skipped if an earlier notify carried it.',
  dropExports:
    'No party can reach these exports any more. The kernel checks this again at hand-out, takes it back for an export that the vat names meanwhile, and makes it final when the record is retired.',
  retireExports:
    'No party can recognize these exports any more. Comes after, or together with, the drop.',
  retireImports:
    'The owner of these imports has retired them, or terminated: they will not come back.',
  startVat: 'The first delivery of an incarnation, with its parameters.',
  stopVat:
    'The last delivery of an incarnation, with the reason that rejects its unresolved promises.',
  bringOutYourDead:
    'The vat collects garbage and reports unused imports: after `reapInterval` deliveries, after `reapReferences` dropped or retired references, after `reapAtRest` deliveries when the kernel has no other work, before an eviction, and on request of the host.',
  upgrade:
    'New code: `bringOutYourDead`, `stopVat` and `startVat`. The last two records are applied in one crank. Exclusive: the window is empty before it.',
  changeOptions:
    'Options of the vat that take effect between two deliveries. Exclusive: the window is empty before it.',
  fork: 'A copy of the vat, made in one crank. Exclusive: the window is empty before it.',
  takeOffline:
    'Evicts the vat from memory until its next delivery. Exclusive: the window is empty before it.',
};
