/** Runs a kernel as a service: until its supervisor ends it. */
import { readAddress } from '@cooperage/cluster/probes';
import { messageOf } from '@cooperage/types';
import { resolveWith } from '../../config/resolve-config.js';
import { OVERRIDES } from '../../config/settings.js';
import type { LogEntry } from '../../control/log-book.js';
import { openResolved } from '../../open-kernel.js';
import { openConfigGateway } from '../../serve/config-gateway.js';
import { serveKernel } from '../../serve/serve-kernel.js';
import { type CommandContext, EXIT, type ExitCode } from '../command.js';
import { type DebugOptions, openDebuggerFor } from '../debug/debug-option.js';
import type { VatDebugger } from '../debug/open-debugger.js';
import { exitCodeOf } from '../exit-code.js';
import { directoryOf } from '../find-directory.js';
import { onInterrupt } from '../interrupt.js';
import { parseLiveslots } from '../liveslots-option.js';
import { describeError, usageError } from '../report-error.js';
import { settingsFrom } from '../setting-flags.js';

export interface ServeOptions extends DebugOptions {
  readonly directory?: string;
  /** `HOST:PORT`, or `none`. */
  readonly listen: string;
  readonly drain: number;
  readonly upgrade?: boolean;
  readonly ignoreChanges?: boolean;
  /** `NAME=MODULE`. */
  readonly liveslots?: readonly string[];
}

const parseListen = (text: string) => {
  if (text === 'none') return undefined;
  const address = readAddress(text);
  if (address === undefined) {
    throw usageError(`--listen ${text}: it must be HOST:PORT such as 127.0.0.1:8790, or none`);
  }
  return address;
};

export const serveCommand = async (
  { terminal }: CommandContext,
  file: string,
  version: string,
  options: ServeOptions,
): Promise<ExitCode> => {
  const write = (entry: LogEntry): void => terminal.out(JSON.stringify(entry));
  let vatDebugger: VatDebugger | undefined;
  try {
    const listen = parseListen(options.listen);
    const config = await resolveWith(file, settingsFrom({ ...options }, OVERRIDES));
    const { aroundWorkers } = (vatDebugger = await openDebuggerFor(options, terminal, config));
    await serveKernel({
      ...{ listen, version, write, drain: options.drain, onStop: onInterrupt },
      openGateway: async (kernel) =>
        config.gateway === undefined ? undefined : openConfigGateway(kernel, config, true),
      open: (on) =>
        openResolved(
          {
            directory: options.directory ?? directoryOf(config),
            liveslots: parseLiveslots(options.liveslots ?? []),
            upgrade: options.upgrade ?? false,
            ignoreChanges: options.ignoreChanges ?? false,
            ...{ on, aroundWorkers },
          },
          async () => config,
        ),
    });
    return EXIT.done;
  } catch (thrown) {
    const { code, hint } = describeError(thrown);
    const message = `${code}: ${messageOf(thrown)}${hint === undefined ? '' : `; ${hint}`}`;
    write({ time: new Date().toISOString(), level: 'error', event: 'ended', message });
    return exitCodeOf(thrown);
  } finally {
    vatDebugger?.close();
  }
};
