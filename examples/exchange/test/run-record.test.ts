import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseOptions } from '../src/options.js';
import type { Outcome } from '../src/outcome.js';
import { openRun } from '../src/run-record.js';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'exchange-'));
});
afterEach(() => rmSync(parent, { recursive: true }));

const open = (...args: string[]) =>
  openRun(parseOptions(['--directory', join(parent, 'run'), ...args]));
const outcome = { figures: { cranks: 1 } } as Outcome;

/** As the kernel does: leaves something behind. */
const work = ({ kernelDirectory }: { kernelDirectory: string }) => {
  mkdirSync(kernelDirectory, { recursive: true });
  writeFileSync(join(kernelDirectory, 'data'), 'state');
};

describe('the record of a run', () => {
  it('begins in a new directory, goes on after an interruption, and ends', () => {
    const first = open('--rounds', '7');
    expect(first).toMatchObject({
      state: 'new',
      replaced: false,
      extent: { rounds: 7, repeat: 1 },
    });
    work(first);
    const second = open();
    expect(second).toMatchObject({ state: 'interrupted', extent: { rounds: 7, repeat: 1 } });
    expect(existsSync(join(second.kernelDirectory, 'data'))).toBe(true);
    second.finish(outcome);
    expect(open()).toMatchObject({ state: 'finished', extent: { rounds: 7 }, outcome });
  });

  it('is thrown away by --fresh, with the state of its kernel', () => {
    work(open('--rounds', '7'));
    const next = open('--fresh');
    expect(next).toMatchObject({ state: 'new', replaced: true, extent: { rounds: 1000 } });
    expect(existsSync(next.kernelDirectory)).toBe(false);
  });

  it('is thrown away by --fresh-if-finished only if it is finished', () => {
    const first = open();
    work(first);
    expect(open('--fresh-if-finished').state).toBe('interrupted');
    first.finish(outcome);
    const next = open('--fresh-if-finished');
    expect(next.state).toBe('new');
    expect(existsSync(next.kernelDirectory)).toBe(false);
  });

  it('is not taken up when it was being thrown away', () => {
    const first = open();
    work(first);
    const record = { format: 1, extent: first.extent, discarding: true };
    writeFileSync(join(parent, 'run', 'exchange.json'), JSON.stringify(record));
    const next = open();
    expect(next.state).toBe('new');
    expect(existsSync(next.kernelDirectory)).toBe(false);
  });

  it('does not change its extent underway', () => {
    open('--rounds', '7');
    expect(() => open('--rounds', '8')).toThrow('has --rounds 7');
    expect(() => open('--repeat', '2')).toThrow('has --repeat 1');
    expect(open('--rounds', '7').state).toBe('interrupted');
  });

  it('touches no directory that is not its own', () => {
    mkdirSync(join(parent, 'run'));
    writeFileSync(join(parent, 'run', 'letters'), 'dear all');
    expect(() => open('--fresh')).toThrow('holds something else');
    writeFileSync(join(parent, 'run', 'exchange.json'), '{"format": 9}');
    expect(() => open('--fresh')).toThrow('is not a record of this example');
  });
});
