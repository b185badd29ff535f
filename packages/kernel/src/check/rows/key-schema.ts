import { type RowKind, SCHEMA } from '../../tables/schema.js';

const PLACEHOLDERS: Readonly<Record<string, string>> = {
  counter: '[a-zA-Z]+',
  N: '[1-9][0-9]*',
  crank: '[0-9a-z]{9}',
  i: '[0-9a-z]{9}',
  issue: '[0-9a-z]{9}',
  n: '[0-9a-z]{9,16}',
  vatID: 'v[1-9][0-9]*',
  kpref: 'kp[1-9][0-9]*',
  ko: 'ko[1-9][0-9]*',
  kref: 'k[op][1-9][0-9]*',
  peer: '[a-z][a-z0-9-]*~[1-9][0-9]*',
  promiseName: '[a-z][a-z0-9-]*~[1-9][0-9]*#[1-9][0-9]*',
  vref: '[op][+-][0-9vd/:]+',
  hash: '[0-9a-f]{128}',
  space: '[a-z]+',
  name: '.*',
  key: '.*',
};

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

const toRegExp = (pattern: string): string =>
  pattern
    .split(/(<[A-Za-z]+>)/)
    .map((part) =>
      part.startsWith('<') ? (PLACEHOLDERS[part.slice(1, -1)] ?? '.*') : escape(part),
    )
    .join('');

const KINDS = SCHEMA.flatMap((kind) =>
  kind.pattern
    .split(', ')
    .map((pattern) => ({ kind, regExp: new RegExp(`^${toRegExp(pattern)}$`, 's') })),
);

const KNOWN = new RegExp(
  `^(?:${SCHEMA.flatMap(({ pattern }) => pattern.split(', '))
    .map(toRegExp)
    .join('|')})$`,
  's',
);

/** Whether the schema describes the key. */
export const isDescribed = (key: string): boolean => KNOWN.test(key);

/** The schema's description of a key. */
export const describeKey = (key: string): RowKind | undefined =>
  KINDS.find(({ regExp }) => regExp.test(key))?.kind;
