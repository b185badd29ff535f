import { describe, expect, it } from 'vitest';
import { makeOutbox } from '../src/inside/outbox.js';
import type { CommonMessage } from '../src/protocol.js';

const make = () => {
  const posts: (readonly CommonMessage[])[] = [];
  const clock = { time: 0 };
  const outbox = makeOutbox(
    (batch) => posts.push(batch),
    () => clock.time,
  );
  return { posts, clock, outbox };
};

describe('what a thread posts', () => {
  it('goes out at once after a pause, and in company otherwise', () => {
    const { posts, clock, outbox } = make();
    outbox.record(1, 'a');
    expect(posts).toEqual([[['records', 1, ['a'], [0, 0]]]]);
    outbox.begin();
    clock.time = 0.01;
    outbox.record(1, 'b');
    outbox.begin();
    clock.time = 0.03;
    outbox.record(1, 'c');
    outbox.record(2, 'd');
    expect(posts).toHaveLength(1);
    outbox.flush();
    // When each crank began and ended.
    expect(posts[1]).toEqual([
      ['records', 1, ['b', 'c'], [0, 0.01, 0.01, 0.03]],
      ['records', 2, ['d'], [0.01, 0.03]],
    ]);
    clock.time = 10;
    outbox.record(2, 'e');
    expect(posts).toHaveLength(3);
  });

  it('keeps its order', () => {
    const { posts, outbox } = make();
    outbox.flush();
    expect(posts).toEqual([]);
    outbox.say(['console', 1, 'log', 'before', 1]);
    outbox.record(1, 'a');
    outbox.say(['console', 1, 'log', 'between', 1]);
    outbox.record(1, 'b');
    outbox.flush();
    expect(posts.flat()).toEqual([
      ['console', 1, 'log', 'before', 1],
      ['records', 1, ['a'], [0, 0]],
      ['console', 1, 'log', 'between', 1],
      ['records', 1, ['b'], [0, 0]],
    ]);
  });

  it('does not grow without bound', () => {
    const { posts, outbox } = make();
    outbox.record(1, 'a');
    for (let i = 0; i < 100; i += 1) outbox.record(1, 'x'.repeat(10_000));
    expect(posts.length).toBeGreaterThan(2);
  });
});
