/** `--debug VAT` and `--debug-port N`. */
import type { ResolvedConfig } from '../../config/config.js';
import { usageError } from '../report-error.js';
import type { Terminal } from '../terminal.js';
import type { VatDebugger } from './open-debugger.js';

export interface DebugOptions {
  /** The name of a vat, which stops at the first line of its code. */
  readonly debug?: string;
  readonly debugPort?: number;
}

const NO_DEBUGGER: VatDebugger = { aroundWorkers: undefined, close: () => undefined };

/** @throws {CooperageError} `BAD_ARGUMENT` */
export const openDebuggerFor = async (
  { debug, debugPort }: DebugOptions,
  terminal: Terminal,
  config: ResolvedConfig,
): Promise<VatDebugger> => {
  if (debug === undefined) {
    if (debugPort === undefined) return NO_DEBUGGER;
    throw usageError('--debug-port is for --debug: name the vat that stops, as in --debug bank');
  }
  const { openDebugger } = await import('./open-debugger.js');
  return openDebugger(terminal, config, debug, debugPort);
};
