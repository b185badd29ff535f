/** Calls that go on until they are cancelled: the log, and figures at intervals. */
import { findVat } from '@cooperage/tools';
import type { CooperageKernel, KernelStats } from '../kernel-api.js';
import type { CallContext } from './call-context.js';
import type { LogEntry } from './log-book.js';

const untilAborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** Entries of the log as events: the newest that are kept, and with `follow` each that comes. */
export const followLog = async (
  { parts, emit, signal }: CallContext,
  { vat, follow = false }: { readonly vat?: string; readonly follow?: boolean },
): Promise<void> => {
  const { logBook, runner } = parts;
  const vatID = vat === undefined ? undefined : findVat(runner.core.kernel.tables, vat);
  let lost = 0;
  const tell = (entry: LogEntry): void => {
    if (vatID !== undefined && entry.vatID !== vatID) return;
    if (lost > 0 && emit({ lost })) lost = 0;
    if (!emit(entry)) lost += 1;
  };
  for (const entry of logBook.recent()) tell(entry);
  if (!follow) return;
  const stop = logBook.follow(tell);
  await untilAborted(signal);
  stop();
};

/** Figures of a kernel and its process at one moment. */
export interface Figures extends KernelStats {
  readonly time: string;
  /** Of the process. */
  readonly megabytes: number;
  readonly processorSeconds: number;
}

export const figuresOf = (kernel: CooperageKernel): Figures => {
  const { user, system } = process.cpuUsage();
  return {
    time: new Date().toISOString(),
    ...kernel.stats(),
    megabytes: Math.round(process.memoryUsage.rss() / 1_048_576),
    processorSeconds: (user + system) / 1_000_000,
  };
};

const SECOND = 1_000;

/** The figures of `stats`, with memory and processor time of the process, at once and then at intervals. */
export const watchStats = async (
  { parts: { kernel }, emit, signal }: CallContext,
  { milliseconds = SECOND }: { readonly milliseconds?: number },
): Promise<void> => {
  emit(figuresOf(kernel));
  const timer = setInterval(() => emit(figuresOf(kernel)), milliseconds);
  timer.unref();
  await untilAborted(signal);
  clearInterval(timer);
};
