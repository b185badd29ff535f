import type { InboxWork } from './deliveries/inboxes.js';

/** What each kind of work in an inbox does, in words: the compiler insists that there is one for each. */
export const ACTIONS: Readonly<Record<InboxWork[0], string>> = {
  message:
    'A message for an object of the vat. When it is handed out it is routed once more; the vat becomes the decider of its result.',
  pipelined:
    'A message that waits on a promise which the vat decides, for a vat that asked for such messages. It stays queued on the promise until its turn comes, so that a resolution moves what was not delivered.',
  notify:
    'The news of a promise to which the vat subscribed, with that of every resolved promise which its data leads to. Void where an earlier notify carried it along.',
  dropExports:
    'Nobody can reach these exports any more. Checked again when it is handed out, taken back where the vat has named one meanwhile, final when its record is retired.',
  retireExports:
    'Nobody can even compare these exports any more. Only after, or together with, the drop.',
  retireImports:
    'The owner of these imports has let go of them, or ended: they will not come back.',
  startVat: 'The first delivery of an incarnation, with its parameters.',
  stopVat: 'The last delivery of an incarnation, with what its unkept promises are rejected with.',
  bringOutYourDead:
    'The vat collects, and says what it does not need any more: after `reapInterval` deliveries, after `reapReferences` references that others let go of, when there is nothing else to do after `reapAtRest` deliveries, before it leaves memory, and when the host says so.',
  upgrade:
    'New code: `bringOutYourDead`, `stopVat` and `startVat`, whose last two records are applied in one crank or not at all. It has the vat to itself.',
  changeOptions:
    'Options of the vat that take effect between two deliveries. It has the vat to itself.',
  fork: 'A copy of the vat, made in one crank while the vat is quiet. It has the vat to itself.',
  takeOffline: 'The vat leaves memory until there is something for it. It has the vat to itself.',
};
