/** Runs a kernel while its vats are written: what is saved takes over where it does the same. */
import { emitKeypressEvents } from 'node:readline';
import { messageOf } from '@cooperage/types';
import { describeChange, stopsStart } from '../../../changes/config-change.js';
import { resolveWith } from '../../../config/resolve-config.js';
import { OVERRIDES } from '../../../config/settings.js';
import { type DevPowers, type OnDifference, startDev } from '../../../dev/dev-session.js';
import { openResolved } from '../../../open-kernel.js';
import { openConfigGateway } from '../../../serve/config-gateway.js';
import { workersFor } from '../../../workers/tool-workers.js';
import { type CommandContext, EXIT, type ExitCode } from '../../command.js';
import { type DebugOptions, openDebuggerFor } from '../../debug/debug-option.js';
import { directoryOf } from '../../find-directory.js';
import { onInterrupt } from '../../interrupt.js';
import { parseLiveslots } from '../../liveslots-option.js';
import { settingsFrom } from '../../setting-flags.js';
import { formatRehearsal } from '../../text/rehearsal.js';
import { harmless } from '../../text/words.js';

export interface DevOptions extends DebugOptions {
  readonly directory?: string;
  readonly onDifference?: OnDifference;
  readonly fresh?: boolean;
  readonly liveslots?: readonly string[];
}

const KEYS: Readonly<Record<string, OnDifference>> = { u: 'upgrade', f: 'fresh', k: 'keep' };
const QUESTION =
  'u: upgrade (durable data stays, the rest is forgotten)  f: fresh start of all vats  k: keep the old code';

/** Waits for one of the keys. Ctrl-C ends the command as usual; if the kernel is stopped, the old code stays. */
const askForKey = (input: NodeJS.ReadStream, stopped: Promise<void>): Promise<OnDifference> =>
  new Promise((resolve) => {
    emitKeypressEvents(input);
    input.setRawMode(true);
    input.resume();
    const hear = (
      _text: string,
      key: { readonly name?: string; readonly ctrl?: boolean },
    ): void => {
      if (key.ctrl === true && key.name === 'c') process.kill(process.pid, 'SIGINT');
      const choice = KEYS[key.name ?? ''];
      if (choice !== undefined) end(choice);
    };
    const end = (choice: OnDifference): void => {
      input.off('keypress', hear);
      input.setRawMode(false);
      input.pause();
      resolve(choice);
    };
    input.on('keypress', hear);
    void stopped.then(() => end('keep'));
  });

const DONE = {
  'took over': 'the new code runs now, with the state of the old code',
  upgraded: 'upgraded: the vat kept its durable data',
  kept: 'the old code continues',
} as const;

const tellOn = ({ terminal }: CommandContext): DevPowers['tell'] => {
  const say = (line: string): void => terminal.out(harmless(line));
  return {
    failedBundle: (vat, message) => {
      say(`${vat}: ${message}`);
      say(`${vat}: ${DONE.kept}`);
    },
    rehearsed: (rehearsal) => formatRehearsal(rehearsal, terminal.width).forEach(say),
    done: (vat, what) => say(`${vat}: ${DONE[what]}`),
    began: (isFresh) =>
      say(
        `${isFresh ? 'a new kernel runs' : 'the kernel runs'}; each file that you save is tried at once`,
      ),
    failed: (vat, message) => say(`${vat}: ${message}; ${DONE.kept}`),
  };
};

export const devCommand = async (
  context: CommandContext,
  file: string,
  options: DevOptions,
): Promise<ExitCode> => {
  const { terminal } = context;
  const config = await resolveWith(file, settingsFrom({ ...options }, OVERRIDES));
  const liveslots = parseLiveslots(options.liveslots ?? []);
  const directory = options.directory ?? directoryOf(config);
  const isAsked = options.onDifference === undefined && process.stdin.isTTY;
  const vatDebugger = await openDebuggerFor(options, terminal, config);
  const workers = workersFor({ threads: 1, liveslots });
  // A kernel that has nothing to do keeps no process alive.
  const alive = setInterval(() => undefined, 2_147_483_647);
  let stop: () => void = () => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const release = onInterrupt(stop);
  let isFresh = options.fresh ?? false;
  try {
    const session = await startDev({
      config,
      workers,
      tell: tellOn(context),
      choose: async () => {
        if (!isAsked) return options.onDifference ?? 'keep';
        terminal.out(QUESTION);
        return askForKey(process.stdin, stopped);
      },
      openGateway: async (kernel) => {
        if (config.gateway === undefined) return undefined;
        const gateway = await openConfigGateway(kernel, config, true);
        terminal.out(`the gateway is at ${gateway.url}`);
        return gateway;
      },
      open: (again) => {
        const fresh = isFresh || again;
        isFresh = false;
        return openResolved(
          {
            ...{ directory, liveslots, fresh, ignoreChanges: true },
            aroundWorkers: vatDebugger.aroundWorkers,
            on: {
              // Code is tried, and parameters are the next start's.
              'config-changed': (change) => {
                if (change.kind === 'code') return;
                const hint = stopsStart(change)
                  ? '; "cooperage run --upgrade" gives it to the vat'
                  : '';
                terminal.report(`warn: ${harmless(describeChange(change))}${hint}`);
              },
              console: ({ name, text }) => terminal.out(`${harmless(name)}: ${harmless(text)}`),
              log: ({ level, message }) => terminal.report(`${level}: ${harmless(message)}`),
              'stop-requested': stop,
              failed: (error) => terminal.report(`error: ${harmless(messageOf(error))}`),
            },
          },
          async () => config,
        );
      },
    });
    try {
      await Promise.race([stopped, session.failed]);
    } finally {
      await session.close();
    }
    return EXIT.done;
  } finally {
    release();
    clearInterval(alive);
    await workers.stop();
    vatDebugger.close();
  }
};
