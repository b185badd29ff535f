/** Runs a kernel until nothing is left to do, or until it is told to stop. */
import { basename } from 'node:path';
import { hasCode, messageOf } from '@cooperage/types';
import { makeKernelTables } from '@cooperage/kernel';
import {
  type PausedVat,
  listPausedVats,
  type RunEnd,
  type RunEndReason,
} from '@cooperage/vat-manager';
import type { BootstrapState } from '../../bootstrap.js';
import { type ConfigChange, describeChange } from '../../changes/config-change.js';
import type { ResolvedConfig } from '../../config/config.js';
import { resolveWith } from '../../config/resolve-config.js';
import { OVERRIDES } from '../../config/settings.js';
import { partsOf } from '../../control/parts.js';
import { listVats, type VatList } from '@cooperage/tools';
import type { CooperageKernel, KernelStats } from '../../kernel-api.js';
import { openResolved } from '../../open-kernel.js';
import { type CommandContext, EXIT, type ExitCode, report } from '../command.js';
import { type DebugOptions, openDebuggerFor } from '../debug/debug-option.js';
import { directoryOf } from '../find-directory.js';
import { onInterrupt } from '../interrupt.js';
import { parseLiveslots } from '../liveslots-option.js';
import { makeProgress, type Progress } from '../progress.js';
import { usageError } from '../report-error.js';
import { settingsFrom } from '../setting-flags.js';
import { type EndedInRun, formatSummary, type RunSummary } from '../text/summary.js';
import { countOf, formatNumber, harmless } from '../text/words.js';

export interface RunOptions extends DebugOptions {
  readonly directory?: string;
  readonly fresh?: boolean;
  readonly upgrade?: boolean;
  readonly ignoreChanges?: boolean;
  readonly bootstrap?: boolean;
  readonly memory?: boolean;
  /** `NAME=MODULE`. */
  readonly liveslots?: readonly string[];
  readonly cranks?: number;
  readonly computrons?: number;
  readonly milliseconds?: number;
}

interface Tally {
  cranks: number;
  syscalls: number;
}

/** What the events of a run add up to. */
const makeLog = (context: CommandContext) => {
  const byVat = new Map<string, Tally>();
  const names = new Map<string, string>();
  const ended: EndedInRun[] = [];
  let beingBundled: string | undefined;
  let ready = 0;
  let toReplay = 0;
  const changes: ConfigChange[] = [];
  return {
    changes: changes as readonly ConfigChange[],
    byVat,
    names,
    ended: ended as readonly EndedInRun[],
    describeStart: (): string => {
      if (toReplay > 0) return `bringing back the vats: ${countOf(toReplay, 'crank')} to run again`;
      if (ready > 0) return `starting the vats: ${formatNumber(ready)} ready`;
      return beingBundled === undefined
        ? 'starting the vats'
        : `bundling ${basename(beingBundled)}`;
    },
    listeners: {
      bundling: ({ source }: { readonly source: string }) => {
        beingBundled = source;
      },
      bundled: () => {
        beingBundled = undefined;
      },
      'config-changed': (change: ConfigChange) => {
        changes.push(change);
        context.terminal.report(`warn: ${harmless(describeChange(change))}`);
      },
      bootstrapped: (event: { readonly error?: unknown }) => {
        // A kernel that was closed before the answer came has not been told that it failed.
        if (!('error' in event) || hasCode(event.error, 'CLOSED')) return;
        context.terminal.report(`bootstrap was rejected: ${harmless(messageOf(event.error))}`);
      },
      'vat-ready': ({ vatID, name }: { readonly vatID: string; readonly name: string }) => {
        ready += 1;
        names.set(vatID, name);
      },
      'worker-started': (event: { readonly toReplay: number }) => {
        toReplay += event.toReplay;
      },
      'vat-ended': (event: EndedInRun) => {
        ended.push(event);
        names.set(event.vatID, event.name);
      },
      'worker-lost': ({ vatID, reason }: { readonly vatID: string; readonly reason: string }) =>
        context.terminal.report(
          `the worker of ${names.get(vatID) ?? vatID} ended: ${harmless(reason)}`,
        ),
      retired: ({ vatID, syscalls }: { readonly vatID: string; readonly syscalls: number }) => {
        const tally = byVat.get(vatID) ?? { cranks: 0, syscalls: 0 };
        tally.cranks += 1;
        tally.syscalls += syscalls;
        byVat.set(vatID, tally);
      },
      log: ({ level, message }: { readonly level: string; readonly message: string }) =>
        context.terminal.report(`${level}: ${harmless(message)}`),
      console: ({ name, text }: { readonly name: string; readonly text: string }) =>
        context.terminal.report(`${harmless(name)}: ${harmless(text)}`),
    },
  };
};
type RunLog = ReturnType<typeof makeLog>;

interface Ran {
  readonly config: ResolvedConfig;
  readonly directory: string | null;
  readonly isNew: boolean;
  readonly interrupted: boolean;
  /** Where it was not interrupted: why it ended. */
  readonly reason: EndReason;
  readonly milliseconds: number;
  readonly stats: KernelStats;
  readonly list: VatList;
  readonly paused: readonly PausedVat[];
  readonly bootstrap: BootstrapState | undefined;
}

const summarizeBootstrap = (sent: BootstrapState | undefined): RunSummary['bootstrap'] => {
  if (sent === undefined) return null;
  return sent.state === 'rejected'
    ? { state: 'rejected', error: messageOf(sent.error) }
    : { state: sent.state };
};

const summarize = (ran: Ran, log: RunLog): RunSummary => {
  const { stats, list, milliseconds } = ran;
  const tallyOf = (vatID: string): Tally => log.byVat.get(vatID) ?? { cranks: 0, syscalls: 0 };
  return {
    config: ran.config.file ?? '',
    directory: ran.directory,
    isNew: ran.isNew,
    order: stats.order,
    outcome: ran.interrupted ? 'interrupted' : ran.reason === 'idle' ? 'quiescent' : ran.reason,
    milliseconds: Math.round(milliseconds),
    cranks: stats.cranks,
    cranksPerSecond: milliseconds > 0 ? (stats.cranks / milliseconds) * 1_000 : 0,
    refused: stats.refused,
    commits: stats.commits,
    vatsAtOnce: { mean: stats.meanVatsAtOnce, most: stats.mostVatsAtOnce },
    openCalls: stats.openOutputs,
    vats: [
      ...list.vats.map(({ vatID, name, state, cranks, inbox, out }) => ({
        vatID,
        name,
        state,
        ...tallyOf(vatID),
        cranksInAll: cranks,
        waiting: inbox + out,
      })),
      ...log.ended.map(({ vatID, name }) => ({
        vatID,
        name,
        state: 'ended' as const,
        ...tallyOf(vatID),
        cranksInAll: 0,
        waiting: 0,
      })),
    ],
    ended: log.ended,
    paused: ran.paused,
    bootstrap: summarizeBootstrap(ran.bootstrap),
    changes: log.changes,
  };
};

const boundsOf = ({ cranks, computrons, milliseconds }: RunOptions): Bounds => ({
  ...(cranks !== undefined && { cranks }),
  ...(computrons !== undefined && { computrons }),
  ...(milliseconds !== undefined && { milliseconds }),
});

const LOOK_AGAIN = 50;

/** A run policy is code: it cannot be given on the command line. */
type EndReason = Exclude<RunEndReason, 'policy'>;

type Bounds = Pick<RunOptions, 'cranks' | 'computrons' | 'milliseconds'>;

/** What is left of the bounds. */
const boundsWithout = (bounds: Bounds, { cranks, computrons, milliseconds }: RunEnd): Bounds => ({
  ...(bounds.cranks !== undefined && { cranks: bounds.cranks - cranks }),
  ...(bounds.computrons !== undefined && { computrons: bounds.computrons - computrons }),
  ...(bounds.milliseconds !== undefined && {
    milliseconds: Math.max(1, Math.round(bounds.milliseconds - milliseconds)),
  }),
});

interface RanUntil {
  readonly reason: EndReason;
  readonly bootstrap: BootstrapState | undefined;
}

/** A kernel at rest may be waiting for the outside: a timer that is set is something left to do. */
const runUntilAnswered = async (kernel: CooperageKernel, bounds: Bounds): Promise<RanUntil> => {
  let left = bounds;
  for (;;) {
    const end = await kernel.run(left);
    const { reason, bootstrap } = end;
    if (reason !== 'idle') return { reason: reason as EndReason, bootstrap };
    const isWaiting = kernel.stats().openOutputs > 0 || partsOf(kernel).timer.pending > 0;
    if (!isWaiting) return { reason, bootstrap };
    left = boundsWithout(left, end);
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN));
  }
};

/** Runs until nothing is left to do or Ctrl-C. The second Ctrl-C ends the process: what was retired is durable. */
const runToEnd = async (
  kernel: CooperageKernel,
  context: CommandContext,
  progress: Progress,
  bounds: Bounds,
): Promise<{
  readonly interrupted: boolean;
  /** It was, by `cooperage stop`. */
  readonly byOperator: boolean;
  readonly reason: EndReason;
  readonly bootstrap: BootstrapState | undefined;
  readonly stats: KernelStats;
  readonly list: VatList;
  readonly paused: readonly PausedVat[];
}> => {
  let interrupted = false;
  let byOperator = false;
  let ran: RanUntil = { reason: 'idle', bootstrap: undefined };
  const lookAt = () => ({
    stats: kernel.stats(),
    list: listVats(kernel.store),
    paused: listPausedVats(makeKernelTables(kernel.store.tables)),
  });
  let seen = lookAt();
  const look = (): void => {
    seen = lookAt();
  };
  const stop = (why: string): void => {
    if (interrupted) return;
    interrupted = true;
    progress.stop();
    context.terminal.report(why);
    // The kernel stops between two cranks; what it has retired by now is what is counted.
    void kernel
      .stop()
      .catch(() => undefined)
      .finally(() => {
        look();
        void kernel.close();
      });
  };
  const release = onInterrupt(() =>
    stop('stopping after the current crank; Ctrl-C again stops immediately, and nothing is lost'),
  );
  const releaseStop = kernel.on('stop-requested', () => {
    byOperator = true;
    stop('stopping after the current crank, as an operator asked');
  });
  const began = performance.now();
  progress.follow(() => {
    const { cranks, online } = kernel.stats();
    const rate = cranks / ((performance.now() - began) / 1_000);
    return `${countOf(cranks, 'crank')}, ${formatNumber(rate)}/s, ${countOf(online, 'vat')} online`;
  });
  try {
    ran = await runUntilAnswered(kernel, bounds);
    look();
  } catch (error) {
    if (!interrupted || !hasCode(error, 'CLOSED')) throw error;
  } finally {
    release();
    releaseStop();
  }
  return { interrupted, byOperator, ...ran, ...seen };
};

const insistOneChoice = ({ fresh, upgrade, ignoreChanges, memory }: RunOptions): void => {
  if (upgrade === true && ignoreChanges === true) {
    throw usageError(
      'give either --upgrade (the vats get what the config has now) or --ignore-changes (they keep what they have)',
    );
  }
  if ((fresh === true || memory === true) && (upgrade === true || ignoreChanges === true)) {
    throw usageError(
      '--fresh and --memory create all vats anew: leave out --upgrade and --ignore-changes',
    );
  }
};

/** The answer is told as an event, and in what the run comes to. */
const repeatBootstrap = (kernel: CooperageKernel, { terminal }: CommandContext): void => {
  if (kernel.isNew) return;
  kernel.bootstrap().catch((error: unknown) => {
    if (hasCode(error, 'BAD_ARGUMENT')) terminal.report(`warn: ${harmless(messageOf(error))}`);
  });
};

export const runCommand = async (
  context: CommandContext,
  file: string,
  options: RunOptions,
): Promise<ExitCode> => {
  if (options.memory === true && (options.directory !== undefined || options.fresh === true)) {
    throw usageError('--memory keeps the kernel in memory: leave out --directory and --fresh');
  }
  insistOneChoice(options);
  const config = await resolveWith(file, settingsFrom({ ...options }, OVERRIDES));
  const directory = options.memory === true ? null : (options.directory ?? directoryOf(config));
  const vatDebugger = await openDebuggerFor(options, context.terminal, config);
  const log = makeLog(context);
  const progress = makeProgress(context.terminal);
  progress.follow(log.describeStart);
  // Until the kernel is open nothing was written that its next start would not take back.
  const release = onInterrupt(() => process.exit(EXIT.interrupted));
  const began = performance.now();
  let kernel: CooperageKernel | undefined;
  try {
    kernel = await openResolved(
      {
        directory,
        liveslots: parseLiveslots(options.liveslots ?? []),
        fresh: options.fresh ?? false,
        upgrade: options.upgrade ?? false,
        ignoreChanges: options.ignoreChanges ?? false,
        on: log.listeners,
        aroundWorkers: vatDebugger.aroundWorkers,
      },
      async () => config,
    );
    release();
    if (options.bootstrap === true) repeatBootstrap(kernel, context);
    const end = await runToEnd(kernel, context, progress, boundsOf(options));
    progress.stop();
    const summary = summarize(
      {
        config,
        directory,
        isNew: kernel.isNew,
        milliseconds: performance.now() - began,
        ...end,
      },
      log,
    );
    report(context, summary, (width) => formatSummary(summary, width));
    if (end.interrupted) return end.byOperator ? EXIT.done : EXIT.interrupted;
    const declared = summary.ended.some(({ name, isFailure }) => isFailure && name in config.vats);
    const hasFailed =
      declared || summary.bootstrap?.state === 'rejected' || summary.paused.length > 0;
    return hasFailed ? EXIT.failed : EXIT.done;
  } finally {
    release();
    progress.stop();
    await kernel?.close();
    vatDebugger.close();
  }
};
