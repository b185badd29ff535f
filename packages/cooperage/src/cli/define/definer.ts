/** What the definitions of commands share. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { KERNEL_SETTINGS } from '../../config/settings.js';
import type { CommandContext, ExitCode } from '../command.js';
import { wholeNumber } from '../setting-flags.js';

/** More than a number can say. */
export const computrons = (text: string): bigint => {
  if (/^[0-9]{1,30}$/.test(text) && BigInt(text) > 0n) return BigInt(text);
  throw new InvalidArgumentError('It must be a whole number from 1, written in digits.');
};

/** A module of a config's liveslots by the name that vats ask for. */
export const LIVESLOTS = 'a liveslots that vats name in their options; the built-in one needs none';

const RECORDING_FILE =
  'a file that "cooperage export" or a test wrote (default: as cooperage.json says)';

/** The argument of commands that read a history. */
export const RECORDING = `the directory of a kernel, or ${RECORDING_FILE}`;

/** The same for a command that reads it from a running kernel, too. */
export const LIVE_RECORDING = `the directory of a kernel, which may be running, or ${RECORDING_FILE}`;

export const SETTINGS_HELP = `
Settings given here replace those at the top level of the config. Settings of vats apply to vats
that this start creates and that do not have the setting themselves.`;

const { least, most } = KERNEL_SETTINGS.threads.value;
export const threads = wholeNumber(least, most);
export const anyDelivery = wholeNumber(1, Number.MAX_SAFE_INTEGER);

export const debugOption = (): Option =>
  new Option(
    '--debug <vat>',
    'wait for a debugger for Node, and stop this vat at the first line of its code',
  );

export const debugPortOption = (): Option =>
  new Option(
    '--debug-port <n>',
    'the port for the debugger, on the loopback interface (default: 9229; 0: one that is free)',
  ).argParser(wholeNumber(0, 65_535));

export interface Everywhere {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export type Act = (context: CommandContext) => Promise<ExitCode>;

export interface Definer {
  readonly version: string;
  /** Begins the definition of a command. */
  readonly command: (name: string, description: string) => Command;
  /** The same for a command that finds its kernel by `--directory` or `--config`. */
  readonly inspecting: (name: string, description: string) => Command;
  readonly perform: (options: Everywhere, act: Act) => Promise<void>;
}
