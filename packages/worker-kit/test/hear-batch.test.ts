import { CooperageError, insistList } from '@cooperage/types';
import { expect, test } from 'vitest';
import { hearBatch, insistCommonMessage } from '../src/host/insist-message.js';

const insist = (value: unknown) => {
  const message = insistCommonMessage(insistList(value, 'a message'));
  if (message === undefined)
    throw new CooperageError('BAD_ARGUMENT', 'a message whose tag no thread has');
  return message;
};

test('what a thread posts is heard until it is no message', () => {
  const heard: unknown[] = [];
  const broken: unknown[] = [];
  let listens = true;
  const hear = (batch: unknown): void =>
    hearBatch(batch, {
      insist,
      hear: (message) => heard.push(message),
      broken: (_why, vat) => {
        broken.push(vat);
        listens = false;
      },
      listens: () => listens,
    });
  hear([
    ['stopped', 1],
    ['bad', 2],
    ['stopped', 3],
  ]);
  expect([heard, broken]).toEqual([[['stopped', 1]], [2]]);
  hear([['stopped', 4]]);
  expect(heard).toHaveLength(1);
  listens = true;
  hear('no list');
  listens = true;
  hear(undefined);
  listens = true;
  hear([null]);
  expect(broken).toEqual([2, undefined, undefined, undefined]);
});
