import { FAILURES } from './failures.js';
import { ACTIONS } from './tables/actions.js';
import { type RowKind, SCHEMA } from './tables/schema.js';

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map(cell).join(' | ')} |\n`)
    .join('');

const ofVats = ({ pattern }: RowKind): boolean => pattern.startsWith('v<N>');

const rowsOf = (kinds: readonly RowKind[]): string =>
  table(
    ['key', 'value', 'meaning'],
    kinds.map(({ pattern, value, meaning }) => [
      pattern
        .split(', ')
        .map((each) => `\`${each}\``)
        .join(', '),
      `\`${value}\``,
      meaning,
    ]),
  );

/** `docs/kernel.md`, generated from the descriptions that the code uses. */
export const kernelDoc = (): string => `# The kernel’s tables, actions and failures

<!-- Made by \`npm run docs:kernel\` from packages/kernel/src: schema.ts, actions.ts, failures.ts. A test says if it is stale. -->

All that a kernel knows is in one map of strings. How its rows are used is in
[architecture.md](architecture.md) and [a-crank-step-by-step.md](a-crank-step-by-step.md). \`<N>\`,
\`<i>\` and the like stand for what varies; numbers in keys are in base 36 and padded, so that key
order is number order.

## Rows of the kernel

${rowsOf(SCHEMA.filter((kind) => !ofVats(kind)))}
## Rows of one vat

They begin with the vat’s id, so that all of them are one range.

${rowsOf(SCHEMA.filter(ofVats))}
## Actions

What can wait in a vat’s inbox. It holds krefs, and is translated and checked again when it is
handed out.

${table(
  ['action', 'what it does'],
  Object.entries(ACTIONS).map(([tag, what]) => [`\`${tag}\``, what]),
)}
## Failures

Every error that a package reports has one of these codes.

${table(
  ['code', 'what happened', 'what becomes of it'],
  Object.entries(FAILURES).map(([code, { what, then }]) => [`\`${code}\``, what, then]),
)}`;
