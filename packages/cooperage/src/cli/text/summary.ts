/** What a run came to. */
import type { Order } from '@cooperage/types';
import type { PausedVat } from '@cooperage/vat-manager';
import { describePaused } from '../../host/paused/notices.js';
import type { ConfigChange } from '../../changes/config-change.js';
import { formatTable } from './table.js';
import type { VatSummary } from '@cooperage/tools';
import { countOf, cut, formatDuration, formatNumber, harmless } from './words.js';

export interface RanVat {
  readonly vatID: string;
  readonly name: string;
  readonly state: VatSummary['state'] | 'ended';
  /** In this run. */
  readonly cranks: number;
  readonly syscalls: number;
  /** Since the vat began; 0 for a terminated vat. */
  readonly cranksInAll: number;
  /** Deliveries that are left: in the inbox and at the worker. */
  readonly waiting: number;
}

export interface EndedInRun {
  readonly vatID: string;
  readonly name: string;
  readonly isFailure: boolean;
  readonly reason: string;
}

/** What `cooperage run --json` prints. */
export interface RunSummary {
  readonly config: string;
  /** Null for a kernel in memory. */
  readonly directory: string | null;
  /** False where the directory held a kernel already. */
  readonly isNew: boolean;
  readonly order: Order;
  /** Interrupted by the user, or at one of the bounds that were given. */
  readonly outcome: 'quiescent' | 'interrupted' | 'cranks' | 'computrons' | 'milliseconds';
  readonly milliseconds: number;
  readonly cranks: number;
  readonly cranksPerSecond: number;
  readonly refused: number;
  readonly commits: number;
  readonly vatsAtOnce: { readonly mean: number; readonly most: number };
  /** Calls of services that have not been answered. */
  readonly openCalls: number;
  readonly vats: readonly RanVat[];
  readonly ended: readonly EndedInRun[];
  /** Vats in quarantine or suspended for which something waits. */
  readonly paused: readonly PausedVat[];
  /** What has become of `bootstrap`, in this run or an earlier one; null where none was sent. */
  readonly bootstrap:
    | { readonly state: 'pending' | 'fulfilled' }
    | { readonly state: 'rejected'; readonly error: string }
    | null;
  /** What the config says otherwise than the kernel has, which went on as it was. */
  readonly changes: readonly ConfigChange[];
}

const formatOutcome = ({ outcome, directory, paused }: RunSummary): string => {
  if (outcome === 'quiescent') {
    const what =
      paused.length === 0
        ? 'nothing is left to do'
        : 'nothing is left to do, except deliveries that wait for these vats';
    return directory === null ? what : `${what}, and everything is durable`;
  }
  const what =
    outcome === 'interrupted' ? 'interrupted' : `stopped: the limit of ${outcome} is reached`;
  return directory === null
    ? `${what}: the kernel was in memory and is gone`
    : `${what}: what was retired is durable; the same command continues`;
};

/** In fewer cranks than this, starting the vats takes most of the time, and a rate says nothing. */
const CRANKS_FOR_A_RATE = 1_000;

export const formatSummary = (summary: RunSummary, width: number): string[] => {
  const { vatsAtOnce } = summary;
  const ended = summary.ended.map(({ vatID, name, isFailure, reason }) =>
    cut(
      `${harmless(name)} (${vatID}) ${isFailure ? 'failed' : 'ended'}: ${harmless(reason)}`,
      width,
    ),
  );
  return [
    ...formatTable(
      ['vat', 'name', 'cranks', 'syscalls', 'in all', 'waiting'],
      summary.vats.map((vat) => [
        vat.vatID,
        vat.state === 'alive' ? harmless(vat.name) : `${harmless(vat.name)} (${vat.state})`,
        vat.cranks,
        vat.syscalls,
        vat.cranksInAll,
        vat.waiting,
      ]),
    ),
    '',
    ...(ended.length === 0 ? [] : [...ended, '']),
    [
      `${countOf(summary.cranks, 'crank')} in ${formatDuration(summary.milliseconds)}`,
      ...(summary.cranks < CRANKS_FOR_A_RATE
        ? []
        : [`${formatNumber(summary.cranksPerSecond)} cranks/s`]),
      `vats at once: ${vatsAtOnce.mean.toFixed(1)} on average, ${vatsAtOnce.most} at most`,
      countOf(summary.commits, 'commit'),
      ...(summary.refused === 0 ? [] : [countOf(summary.refused, 'refused record')]),
      ...(summary.openCalls === 0
        ? []
        : [`${countOf(summary.openCalls, 'call')} of services without an answer yet`]),
    ].join('; '),
    ...summary.paused.map((paused) => harmless(describePaused(paused))),
    ...(summary.bootstrap?.state === 'rejected'
      ? [
          `bootstrap was rejected: ${harmless(summary.bootstrap.error)}`,
          'correct the cause, and send it again with --upgrade --bootstrap, or begin again with --fresh',
        ]
      : []),
    formatOutcome(summary),
  ];
};
