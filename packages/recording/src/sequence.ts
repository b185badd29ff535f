/** A sequence diagram for a terminal: a lane for each party, a line for each message in the order of delivery. */
import type { Crossings } from './crossings.js';
import type { Delivery, Party, Recording } from './recording.js';

/** Lines that are drawn; what is left out is said. */
const MOST_LINES = 40;
const LANE = 10;

const clipName = (name: string): string =>
  name.length < LANE ? name : `${name.slice(0, LANE - 2)}…`;

/** References by what they are called. */
const withNames = (recording: Recording, text: string): string =>
  text.replace(/\b(ko|kp)\d+\b/g, (kref) => recording.nameOf(kref));

interface Line {
  readonly crank: number;
  readonly from: Party;
  readonly to: Party;
  readonly label: string;
  readonly isAnswer: boolean;
}

const arrow = (lanes: readonly Party[], { from, to, isAnswer }: Line): string => {
  const start = lanes.indexOf(from);
  const end = lanes.indexOf(to);
  const cells: string[] = Array.from({ length: (lanes.length - 1) * LANE + 1 }, (_, i) =>
    i % LANE === 0 ? '│' : ' ',
  );
  if (start === end) {
    cells[start * LANE] = '↻';
    return cells.join('');
  }
  const [left, right] = [Math.min(start, end) * LANE, Math.max(start, end) * LANE];
  for (let i = left + 1; i < right; i += 1) cells[i] = isAnswer ? '┄' : '─';
  cells[start * LANE] = start < end ? '├' : '┤';
  if (start < end) cells[right - 1] = '▶';
  else cells[left + 1] = '◀';
  return cells.join('');
};

const answersTo = (recording: Recording, messages: readonly Delivery[]): Line[] => {
  const results = new Map(messages.map((each) => [each.message?.result, each]));
  return recording.deliveries.flatMap((delivery) =>
    (delivery.promises ?? []).flatMap((kp): Line[] => {
      const asked = results.get(kp);
      if (asked === undefined || asked.message?.from !== delivery.vatID) return [];
      const life = recording.promises.get(kp);
      const label = `${life?.state === 'rejected' ? 'throws ' : ''}${life?.resolution ?? ''}`;
      return [
        {
          crank: delivery.handedOutIn,
          from: asked.vatID,
          to: delivery.vatID,
          label: withNames(recording, label),
          isAnswer: true,
        },
      ];
    }),
  );
};

const linesOf = (recording: Recording, messages: readonly Delivery[]): Line[] =>
  [
    ...messages.map(({ vatID, handedOutIn, message }): Line => ({
      crank: handedOutIn,
      from: message?.from ?? 'kernel',
      to: vatID,
      label: withNames(recording, message?.call ?? ''),
      isAnswer: false,
    })),
    ...answersTo(recording, messages),
  ].sort((a, b) => a.crank - b.crank);

const describe = (recording: Recording, { message, promises, vatID }: Delivery): string => {
  if (message !== undefined) {
    return `${withNames(recording, message.call)} of ${recording.nameOf(message.from)}`;
  }
  const lives = (promises ?? []).map((kp) => recording.promises.get(kp)?.resolution ?? kp);
  return `the answer ${lives.join(', ')} to ${recording.nameOf(vatID)}`;
};

/** @param crossings what is drawn, and what is said to have crossed */
export const drawSequence = (recording: Recording, { pairs, messages }: Crossings): string => {
  const all = linesOf(recording, messages);
  const lines = all.slice(0, MOST_LINES);
  const lanes = [...new Set(lines.flatMap(({ from, to }) => [from, to]))].sort((a, b) =>
    a === 'host' ? -1 : b === 'host' ? 1 : Number(a.slice(1)) - Number(b.slice(1)),
  );
  const width = String(lines.at(-1)?.crank ?? 0).length;
  const head = lanes.map((lane) => clipName(recording.nameOf(lane)).padEnd(LANE)).join('');
  const drawn = lines.map(
    (line) => `${String(line.crank).padStart(width)}  ${arrow(lanes, line)}  ${line.label}`,
  );
  const left = all.length - lines.length;
  const crossed = pairs
    .slice(0, 3)
    .map(
      ({ first, second }) =>
        `crossed at ${recording.nameOf(first.vatID)}: ${describe(recording, first)} came before ${describe(recording, second)}`,
    );
  return [
    `${' '.repeat(width)}  ${head}`.trimEnd(),
    ...drawn.map((line) => line.trimEnd()),
    ...(left > 0 ? [`… and ${left} more lines`] : []),
    ...crossed,
  ].join('\n');
};
