/** The scenario of the story: lists go around among ten members of a club, and each of them pays. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { E, type World } from '../../src/index.js';

const vat = (name: string): string => join(import.meta.dirname, 'vats', `${name}.ts`);

export const MEMBERS = [
  'ann',
  'bob',
  'carol',
  'dave',
  'eve',
  'frank',
  'grace',
  'heidi',
  'ivan',
  'judy',
] as const;

/** Twelve vats: the bank, the limits that it asks about, and the members. */
export const club = {
  vats: {
    bank: vat('bank'),
    limits: vat('limits'),
    ...Object.fromEntries(
      MEMBERS.map((name) => [name, { source: vat('member'), parameters: { name } }]),
    ),
  },
};

/** Members on the first list. With more, the double spend is rarer. */
const ON_FIRST_LIST = 6;

/**
 * Two lists go around. The first one comes back to Ann in the end: she has 100 and has paid 60, so that the bank has to
 * refuse to pay another 60.
 */
export const passTheLists = async ({
  roots,
  quiescent,
}: Pick<World, 'quiescent' | 'roots'>): Promise<void> => {
  const { ann, bank, limits } = roots;
  const members = MEMBERS.map((name) => roots[name]);
  await E(bank).open(limits, MEMBERS);
  const [next, ...others] = members.slice(ON_FIRST_LIST);
  await Promise.all([
    E(ann).sign(bank, [...members.slice(1, ON_FIRST_LIST), ann]),
    E(next).sign(bank, others),
  ]);
  await quiescent();
  expect(await E(bank).balanceOf('ann')).toBe(40);
};
