/** Changes to what the text of a record means: it is JSON before and after. */
import type { Dice } from './dice.js';

type Node = Record<string | number, unknown>;
interface Place {
  readonly parent: Node;
  readonly key: string | number;
}

const placesIn = (root: Node): Place[] => {
  const places: Place[] = [];
  const visit = (parent: Node): void => {
    for (const key of Object.keys(parent)) {
      places.push({ parent, key });
      const value = parent[key];
      if (typeof value === 'object' && value !== null) visit(value as Node);
    }
  };
  visit(root);
  return places;
};

const isRef = ({ parent, key }: Place): boolean =>
  typeof parent[key] === 'string' && /^[opd][+-]/.test(parent[key]);

const VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e300,
  Number.MAX_SAFE_INTEGER,
  '',
  'ok',
  'error',
  'exhausted',
  '#"&0"',
  '#"$0"',
  '\ud800',
  [],
  {},
  ['ok'],
  ['error', 'no'],
  ['exhausted', ''],
  [[]],
  { toString: 1, valueOf: 1, toJSON: 1 },
  { body: '#[]', slots: [] },
  { length: 3, 0: 'vatstoreGet', 1: 'a' },
  ['vatstoreDelete', 'a'],
  [['exit', true, { body: '#"bye"', slots: ['p+5', 'p-77'] }]],
  [['exit', false, { body: '#"bye"', slots: [] }]],
  ['callNow', 'd-1', 'm', { body: '#[]', slots: [] }],
  'x'.repeat(301),
];
const KEYS = [
  '__proto__',
  'toString',
  'constructor',
  'toJSON',
  'then',
  'length',
  'result',
  'n',
  '0',
];

/** As an own member, whatever its name. */
const define = (node: Node, key: string | number, value: unknown): void => {
  Object.defineProperty(node, key, { value, configurable: true, enumerable: true, writable: true });
};

const put = (dice: Dice, node: Node, value: unknown): void => {
  if (Array.isArray(node)) node.splice(dice.below(node.length + 1), 0, value);
  else define(node, dice.pick(KEYS), value);
};

const remove = ({ parent, key }: Place): unknown => {
  const value = parent[key];
  if (Array.isArray(parent)) parent.splice(Number(key), 1);
  else delete parent[key];
  return value;
};

const copy = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

type Change = (dice: Dice, places: readonly Place[], foreignRefs: readonly string[]) => void;

/** Changes that mostly leave no record. */
const COARSE: readonly Change[] = [
  // Another type, or another value of the same type.
  (dice, places) => {
    const { parent, key } = dice.pick(places);
    define(parent, key, copy(dice.pick(VALUES)));
  },
  (dice, places) => void remove(dice.pick(places)),
  (dice, places) => put(dice, dice.pick(places).parent, copy(dice.pick(VALUES))),
  // Something moves, or comes once more, somewhere else.
  (dice, places) => {
    const moved = copy(remove(dice.pick(places)));
    put(dice, dice.pick(places).parent, moved);
  },
  (dice, places) => {
    const from = dice.pick(places);
    put(dice, dice.pick(places).parent, copy(from.parent[from.key]));
  },
  // Two change places.
  (dice, places) => {
    const [a, b] = [dice.pick(places), dice.pick(places)];
    const [first, second] = [copy(a.parent[a.key]), copy(b.parent[b.key])];
    define(a.parent, a.key, second);
    define(b.parent, b.key, first);
  },
  // A number out of its range.
  (dice, places) => {
    const numbers = places.filter(({ parent, key }) => typeof parent[key] === 'number');
    if (numbers.length === 0) return;
    const { parent, key } = dice.pick(numbers);
    const value = parent[key] as number;
    define(
      parent,
      key,
      dice.pick([value + 1, value - 1, -value, value + 0.5, 2 ** 53, String(value)]),
    );
  },
  // A list that is long.
  (dice, places) => {
    const lists = places.filter(({ parent, key }) => Array.isArray(parent[key]));
    if (lists.length === 0) return;
    const { parent, key } = dice.pick(lists);
    const list = parent[key] as unknown[];
    define(
      parent,
      key,
      Array.from({ length: 50 }, (_, i) => copy(list[i % list.length] ?? null)),
    );
  },
];

const LIKE: readonly (readonly string[])[] = [
  ['dropImports', 'retireImports', 'retireExports', 'abandonExports'],
  ['vatstoreGet', 'vatstoreGetNextKey', 'vatstoreDelete', 'subscribe'],
];

/** Changes that leave a record of the same shape, which says something else. */
const SLY: readonly Change[] = [
  // References of other vats, and of none.
  (dice, places, foreignRefs) => {
    const refs = places.filter(isRef);
    if (refs.length === 0) return;
    const { parent, key } = dice.pick(refs);
    define(parent, key, dice.pick(foreignRefs));
  },
  (dice, places, foreignRefs) => {
    const lists = places.filter(({ parent, key }) => key === 'slots' && Array.isArray(parent[key]));
    if (lists.length === 0) return;
    const { parent, key } = dice.pick(lists);
    put(dice, parent[key] as Node, dice.pick(foreignRefs));
  },
  // What is done is done again, or in another order.
  (dice, places) => {
    const lists = places.filter(
      ({ parent, key }) => key === 'syscalls' && Array.isArray(parent[key]),
    );
    if (lists.length === 0) return;
    const { parent, key } = dice.pick(lists);
    const entries = parent[key] as unknown[];
    if (entries.length > 0) put(dice, entries as never, copy(dice.pick(entries)));
  },
  // Another syscall, or the opposite of what was meant.
  (dice, places) => {
    const words = places.filter(({ parent, key }) => LIKE.flat().includes(parent[key] as string));
    if (words.length === 0) return;
    const { parent, key } = dice.pick(words);
    const alike = LIKE.find((each) => each.includes(parent[key] as string)) ?? [];
    define(parent, key, dice.pick(alike));
  },
  (dice, places) => {
    const flags = places.filter(({ parent, key }) => typeof parent[key] === 'boolean');
    if (flags.length === 0) return;
    const { parent, key } = dice.pick(flags);
    define(parent, key, parent[key] !== true);
  },
];

/**
 * @param text a record
 * @param foreignRefs references that may not be the vat's to name
 */
export const changeTree = (dice: Dice, text: string, foreignRefs: readonly string[]): string => {
  const root = { record: JSON.parse(text) as unknown };
  const changes = dice.chance(70) ? SLY : COARSE;
  for (let i = 1 + dice.below(3); i > 0; i -= 1) {
    const places = placesIn(root);
    if (places.length === 0) break;
    dice.pick(changes)(dice, places, foreignRefs);
  }
  return JSON.stringify(root.record) ?? '';
};
