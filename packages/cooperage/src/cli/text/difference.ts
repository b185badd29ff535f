/** What a kernel did differently when it was run again. */
import type { HostCall } from '@cooperage/kernel';
import type { CompletionRecord, NumberedDelivery, SyscallEntry } from '@cooperage/types';
import type { Difference, RowDifference } from '@cooperage/tools';
import { formatDelivery, formatSyscall } from '@cooperage/tools';
import { countOf, cut, harmless } from './words.js';

const MOST_ROWS = 30;

const inWords = (entry: SyscallEntry | undefined): string =>
  entry === undefined ? '(nothing)' : `${entry[0][0]} ${formatSyscall(entry)}`;

const parseRecord = (text: string): CompletionRecord | undefined => {
  try {
    return JSON.parse(text) as CompletionRecord;
  } catch {
    return undefined;
  }
};

/** The first syscall that differs. */
const formatRecords = ({ expected, actual }: NonNullable<Difference['records']>): string[] => {
  const [one, other] = [parseRecord(expected), parseRecord(actual)];
  if (one === undefined || other === undefined) return [`- ${expected}`, `+ ${actual}`];
  const length = Math.max(one.syscalls.length, other.syscalls.length);
  for (let i = 0; i < length; i += 1) {
    const [was, is] = [one.syscalls[i], other.syscalls[i]];
    if (JSON.stringify(was) === JSON.stringify(is)) continue;
    return [`syscall ${i + 1}:`, `- ${inWords(was)}`, `+ ${inWords(is)}`];
  }
  return ['status:', `- ${JSON.stringify(one.status)}`, `+ ${JSON.stringify(other.status)}`];
};

const formatRow = ({ key, expected, actual }: RowDifference): string[] => [
  key,
  `- ${expected ?? '(no such row)'}`,
  `+ ${actual ?? '(no such row)'}`,
];

const formatHostCall = ([method, ...args]: HostCall): string =>
  `  ${method}(${args.map((arg) => JSON.stringify(arg)).join(', ')})`;

const headOf = ({ crank, cause, vat, what }: Difference): string[] => {
  if (cause === undefined) return [`after crank ${crank}: ${what}`];
  if (vat === undefined) {
    const calls = cause[0] === 'input' ? cause[1] : [];
    return [`crank ${crank}: the host did`, ...calls.map(formatHostCall), what];
  }
  const { vatID, name, n, delivery } = vat;
  const told = delivery === '' ? undefined : (JSON.parse(delivery) as NumberedDelivery).delivery;
  return [
    `crank ${crank}: ${name} (${vatID}), delivery ${n}`,
    ...(told === undefined ? [] : [`told: ${told[0]} ${formatDelivery(told)}`.trimEnd()]),
    what,
  ];
};

/** With `-` for what the history says and `+` for what came of it now. */
export const formatDifference = (difference: Difference, width: number): string[] => {
  const { hashes, records, rows } = difference;
  const lines = [
    ...headOf(difference),
    ...(records === undefined ? [] : formatRecords(records)),
    ...(hashes === undefined ? [] : ['hash:', `- ${hashes.expected}`, `+ ${hashes.actual}`]),
    ...(rows.length === 0 ? [] : [`${countOf(rows.length, 'row')}:`]),
    ...rows.slice(0, MOST_ROWS).flatMap(formatRow),
    ...(rows.length > MOST_ROWS ? [`and ${rows.length - MOST_ROWS} more`] : []),
  ];
  return lines.map((line) => cut(harmless(line), width));
};
