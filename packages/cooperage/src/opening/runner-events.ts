/** What the runner tells, on its way to those who listen. */
import type { VatID } from '@cooperage/types';
import type { RunnerEvents } from '@cooperage/vat-manager';
import type { EngineRecorder } from '../engines/engine-versions.js';
import type { Emitter } from '../host/events.js';
import type { EndOfKernel } from '../host/end-of-kernel.js';
import type { PausedNotices } from '../host/paused/notices.js';
import type { Switchboard } from '../host/switchboard.js';
import { endErrorId } from '../host/rejections/rejections.js';

interface EventsPowers {
  readonly emitter: Emitter;
  readonly switchboard: Switchboard;
  readonly notices: PausedNotices;
  readonly end: EndOfKernel;
  readonly nameOf: (vatID: VatID) => string;
  /** Known once there is a runner. */
  readonly engines: () => EngineRecorder | undefined;
}

export const eventsFor = ({
  emitter,
  switchboard,
  notices,
  end,
  nameOf,
  engines,
}: EventsPowers): RunnerEvents => ({
  wantsCranks: () => emitter.hasListeners('retired'),
  retired: (retired) => {
    switchboard.shortened(retired.vatID);
    emitter.emit('retired', retired);
  },
  committed: (sequence) => emitter.emit('committed', { sequence }),
  imageRefused: (vatID, n, reason) => emitter.emit('image-refused', { vatID, n, reason }),
  hostObjectDropped: (object) => {
    if (!switchboard.kept.dropped(object)) switchboard.exports.dropped(object);
  },
  vatForked: (vatID, parent) => {
    engines()?.forked(vatID, parent);
    emitter.emit('vat-forked', { vatID, parent });
  },
  vatReady: (vatID, name) => {
    engines()?.ready(vatID);
    emitter.emit('vat-ready', { vatID, name });
  },
  vatEnded: (vatID, name, isFailure, reason) => {
    switchboard.shortened(vatID);
    notices.over(vatID);
    emitter.emit('vat-ended', { vatID, name, isFailure, reason, errorId: endErrorId(vatID) });
  },
  workerStarted: (vatID, toReplay) => emitter.emit('worker-started', { vatID, toReplay }),
  vatUpgraded: ({ vatID, name, incarnation, error, withoutHeap }) => {
    if (error === undefined) notices.over(vatID);
    emitter.emit('vat-upgraded', {
      vatID,
      name,
      incarnation,
      ...(error !== undefined && { error }),
      ...(withoutHeap !== undefined && {
        withoutHeap: {
          state: withoutHeap.pause.divergence === undefined ? 'suspended' : 'quarantined',
          uncollected: withoutHeap.uncollected,
        },
      }),
    });
  },
  vatSuspended: (paused, suspension) => notices.suspended(paused, suspension),
  vatQuarantined: (paused, divergence) => notices.quarantined(paused, divergence),
  deliveryWaits: (paused) => notices.waits(paused),
  workerLost: (vatID, reason) => emitter.emit('worker-lost', { vatID, reason }),
  failed: (error) => {
    end.setFailure(error);
    emitter.emit('failed', error);
  },
  console: (vatID, level, text, crank) => {
    const name = nameOf(vatID);
    emitter.emit('console', { vatID, name, level, text, ...(crank !== undefined && { crank }) });
    if (!emitter.hasListeners('console')) process.stderr.write(`${name}: ${text}\n`);
  },
});
