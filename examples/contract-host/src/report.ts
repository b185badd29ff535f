import { formatTable } from './table.js';
import type { Story } from './vats/story.js';

/** What is the same on each run. */
export const formatStory = ({ instances, audit }: Story): string =>
  [
    formatTable([
      ['instance', 'contract', 'state', 'what happened'],
      ...instances.flatMap(({ name, contract, state, reason, status, events }) => {
        const [first = '', ...others] = [
          ...(reason === undefined ? [] : [reason]),
          ...(status === undefined ? [] : [status]),
          ...events,
        ];
        return [[name, contract, state, first], ...others.map((other) => ['', '', '', other])];
      }),
    ]),
    formatTable([
      ['token', 'minted', 'in purses', 'in payments', 'of that in escrow', ''],
      ...audit.map((one) => [
        one.token,
        ...[one.minted, one.inPurses, one.inPayments, one.inEscrow].map(String),
        one.conserved ? 'held' : 'BROKEN',
      ]),
    ]),
  ].join('\n');

/** What differs from run to run. */
export const formatForkTimes = (milliseconds: ReadonlyMap<string, number>): string => {
  const sorted = [...milliseconds.values()].sort((a, b) => a - b);
  if (sorted.length === 0) return '';
  const median = sorted[Math.floor(sorted.length / 2)]!;
  return (
    `${sorted.length} forks, each ready after ${median.toFixed(1)} ms in the middle, ` +
    `${sorted.at(-1)!.toFixed(1)} ms at most\n`
  );
};
