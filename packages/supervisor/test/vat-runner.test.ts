import { formatTranscriptEntry } from '@cooperage/types';
import { describe, expect, it } from 'vitest';
import { makeVatRunner } from '../src/vat-runner.js';
import { delivery, supervise } from './helpers.js';

const makeRunner = () => {
  const vat = supervise(() => undefined);
  const events: string[] = [];
  const runner = makeVatRunner(async () => vat.supervisor, {
    crankBegins: (n) => events.push(`begin ${n}`),
    crankEnds: () => events.push('end'),
    replayed: (n, entries) => events.push(`replayed ${n}, ${entries} entries`),
    diverged: ({ n }) => events.push(`diverged ${n}`),
    failed: (message) => events.push(`failed ${message}`),
  });
  const drain = async (): Promise<void> => {
    while (runner.hasWork) await runner.step();
  };
  const past = (n: number, syscalls = '[]'): string =>
    formatTranscriptEntry(
      delivery(n),
      `{"n":${n},"status":["ok"],"syscalls":${syscalls},"usage":null}`,
    );
  return { ...vat, runner, events, drain, past };
};

describe('one vat’s work', () => {
  it('is done in order, replays first', async () => {
    const { runner, events, drain, past, records } = makeRunner();
    runner.replay([past(1), past(2)]);
    runner.deliver([delivery(3), delivery(4)]);
    await drain();
    expect(events.filter((event) => event !== 'end')).toEqual([
      'begin 1',
      'begin 2',
      'replayed 2, 2 entries',
      'begin 3',
      'begin 4',
    ]);
    expect(records).toHaveLength(2);
  });

  it('is dropped after a difference', async () => {
    const { runner, events, drain, past, records } = makeRunner();
    runner.replay([past(1, '[[["subscribe","p-1"]]]'), past(2)]);
    runner.deliver([delivery(3)]);
    await drain();
    expect(events).toEqual(['begin 1', 'diverged 1', 'end']);
    expect(records).toEqual([]);
  });

  it('is dropped when it cannot go on', async () => {
    const { runner, events, drain } = makeRunner();
    runner.deliver([delivery(1), delivery(5), delivery(6)]);
    await drain();
    expect(events.at(-2)).toMatch(/^failed delivery 5/);
    runner.deliver([delivery(7)]);
    expect(runner.hasWork).toBe(false);
  });

  it('is dropped when the vat is stopped', async () => {
    const { runner, events, drain } = makeRunner();
    runner.deliver([delivery(1), delivery(2)]);
    await runner.step();
    runner.stop();
    await drain();
    expect(events).toEqual(['begin 1', 'end']);
  });

  it('may be long', async () => {
    const { runner, drain, records } = makeRunner();
    runner.deliver(Array.from({ length: 3_000 }, (_, i) => delivery(i + 1)));
    await drain();
    expect(records).toHaveLength(3_000);
  });
});
