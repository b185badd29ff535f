/** How an opening ends, and how a kernel does. */
import { messageOf } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { Emitter } from '../host/events.js';
import type { PausedNotices } from '../host/paused/notices.js';
import type { Switchboard } from '../host/switchboard.js';
import { type ControlParts, keepParts } from '../control/parts.js';
import type { ControlServer } from '../control/server.js';
import type { LinkCarrier } from '../links/carry-links.js';
import type { LogSink } from '../services/logger.js';
import type { Timer } from '../services/timer/index.js';
import type { Opening } from './options.js';

/**
 * The control socket in the directory of the kernel, unless it was said that there is to be none.
 * @throws {CooperageError} `CONTROL_UNAVAILABLE` where it was asked for
 */
export const openControl = async (
  { control, directory }: Opening,
  parts: ControlParts,
  log: LogSink,
): Promise<ControlServer | undefined> => {
  if (typeof directory !== 'string' || control === false) return undefined;
  const { hasControl, startControl } = await import('../control/server.js');
  if (!hasControl && control === undefined) return undefined;
  try {
    return await startControl(directory, parts);
  } catch (error) {
    if (control === true) throw error;
    log('warn', `${messageOf(error)}. Operator commands cannot reach this kernel while it runs`);
    return undefined;
  }
};

/** An operator asks for the end: the kernel is closed, unless its program sees to that. */
export const stopping = (emitter: Emitter, close: () => Promise<void>) => (): void => {
  emitter.emit('stop-requested', {});
  if (!emitter.hasListeners('stop-requested')) void close();
};

/** The kernel is open: it can be operated, and its wake-ups come. */
export const finishOpening = (
  { codec, exports, kept, presences }: Switchboard,
  control: { readonly server?: ControlServer | undefined },
  given: Omit<
    ControlParts,
    'codec' | 'exports' | 'kept' | 'presences' | 'refuseRequests' | 'timer'
  > & {
    readonly timer: Timer;
  },
): ControlParts => {
  const refuseRequests = (): void => control.server?.beginClose();
  const parts = { ...given, codec, exports, kept, presences, refuseRequests };
  keepParts(parts);
  given.timer.resume();
  return parts;
};

export interface EndsPowers {
  readonly runner: Runner;
  readonly timer: Timer;
  readonly notices: PausedNotices;
  readonly loaded: { dispose(): Promise<void> };
  /** Known once it is opened. */
  readonly control: { server?: ControlServer | undefined };
  /** Of links with other kernels, once it is opened. */
  readonly links: { carrier?: LinkCarrier | undefined };
}

/** The two ends of a kernel: `kill` is that of a test, as if the process had ended. */
export const makeEnds = ({ runner, timer, notices, loaded, control, links }: EndsPowers) => ({
  close: async (): Promise<void> => {
    control.server?.beginClose();
    timer.stop();
    notices.end();
    await links.carrier?.stop();
    await runner.close();
    await control.server?.close();
    await loaded.dispose();
  },
  kill: (): void => {
    timer.stop();
    notices.end();
    void links.carrier?.stop();
    runner.kill();
  },
});

export const closingOnFailure = <T>(work: Promise<T>, close: () => Promise<void>): Promise<T> =>
  work.catch(async (error: unknown) => {
    await close();
    throw error;
  });
