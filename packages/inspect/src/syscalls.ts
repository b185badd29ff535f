import { keys } from '@cooperage/kernel';
import type { Crank } from '@cooperage/recording';
import { formatDelivery, formatSyscall, parseTranscriptEntry } from '@cooperage/tools';
import type { SyscallEntry } from '@cooperage/types';

/** What a vat was told in a crank, and what it did: in its own names, as its transcript has them. */
export interface SyscallsView {
  readonly delivery: string;
  readonly syscalls: readonly {
    readonly name: string;
    readonly text: string;
    /** Of a row of the vatstore that was read: the crank that had written it. */
    readonly writtenIn?: number;
  }[];
  readonly failed?: string;
}

/** Characters of a text that are shown. */
const LONGEST = 2_000;

const clip = (text: string): string =>
  text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}… (${text.length} characters)`;

/** For each row that was read, before the crank wrote it itself, the crank that had written it. */
const writersFor = (
  syscalls: readonly SyscallEntry[],
  writerOf: (key: string) => number | undefined,
): (number | undefined)[] => {
  const own = new Set<string>();
  return syscalls.map(([[name, key], answer]) => {
    if (typeof key !== 'string') return undefined;
    if (name === 'vatstoreSet' || name === 'vatstoreDelete') own.add(key);
    if (name !== 'vatstoreGet' || typeof answer !== 'string' || own.has(key)) return undefined;
    return writerOf(key);
  });
};

/**
 * Read from what the crank wrote, not from the transcripts of the store: those were not compared with the history.
 *
 * @param writerOf the crank that had last written a row of the vatstore
 * @returns undefined where the crank is of no delivery, or its delivery was refused
 */
export const syscallsOf = (
  { vatID, delivery, writes }: Pick<Crank, 'vatID' | 'delivery' | 'writes'>,
  writerOf: (key: string) => number | undefined,
): SyscallsView | undefined => {
  if (vatID === undefined || delivery === undefined) return undefined;
  const text = writes.get(keys.transcript(vatID, delivery.n));
  if (typeof text !== 'string') return undefined;
  const crank = parseTranscriptEntry(text);
  const writers = writersFor(crank.syscalls, writerOf);
  return {
    delivery: clip(`${crank.delivery[0]} ${formatDelivery(crank.delivery)}`.trimEnd()),
    syscalls: crank.syscalls.map((entry, index) => {
      const writtenIn = writers[index];
      return {
        name: entry[0][0],
        text: clip(formatSyscall(entry)),
        ...(writtenIn !== undefined && { writtenIn }),
      };
    }),
    ...(crank.status[0] === 'error' && { failed: clip(String(crank.status[1])) }),
  };
};
