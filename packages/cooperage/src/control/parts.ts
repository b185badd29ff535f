/** What operating an open kernel takes beside its public methods. */
import { CooperageError } from '@cooperage/types';
import type { Runner } from '@cooperage/vat-manager';
import type { ResolvedConfig } from '../config/config.js';
import type { Codec } from '../host/codec.js';
import type { KeptOutputs } from '../host/kept-outputs.js';
import type { HostExports } from '../host/references/host-exports.js';
import type { Presences } from '../host/references/presences.js';
import type { CooperageKernel } from '../kernel-api.js';
import type { Timer } from '../services/timer/index.js';
import type { LogBook } from './log-book.js';

export interface ControlParts {
  readonly kernel: CooperageKernel;
  readonly runner: Runner;
  readonly codec: Codec;
  readonly exports: HostExports;
  readonly presences: Presences;
  readonly kept: KeptOutputs;
  readonly config: ResolvedConfig;
  readonly logBook: LogBook;
  readonly manual: boolean;
  readonly timer: Pick<Timer, 'pending' | 'cancel'>;
  /** Takes no more requests of operators; those that are open are still answered. */
  readonly refuseRequests: () => void;
  /** Asks the process that runs the kernel to end it, or ends it. */
  readonly requestStop: () => void;
}

const partsByKernel = new WeakMap<CooperageKernel, ControlParts>();

export const keepParts = (parts: ControlParts): void => void partsByKernel.set(parts.kernel, parts);

/** @throws {CooperageError} `BAD_ARGUMENT` for an object that `openKernel` did not make */
export const partsOf = (kernel: CooperageKernel): ControlParts => {
  const parts = partsByKernel.get(kernel);
  if (parts === undefined) {
    throw new CooperageError('BAD_ARGUMENT', 'this kernel was not made by openKernel');
  }
  return parts;
};
