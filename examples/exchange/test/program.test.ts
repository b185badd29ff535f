// The program as its users run it: over worker threads and a database on disk, in a process of its own.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toJson, type Outcome } from '../src/outcome.js';
import { play } from './one-heap.js';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const extent = { rounds: 12, repeat: 1 };

let parent: string;
beforeAll(() => {
  parent = mkdtempSync(join(tmpdir(), 'exchange-'));
});
afterAll(() => rmSync(parent, { recursive: true, force: true }));

/** Runs the program; `onText` sees what it says on standard error so far. */
const run = async (
  args: readonly string[],
  onText: (said: string, kill: (signal: NodeJS.Signals) => void) => void = () => {},
) => {
  const child = spawn(process.execPath, [program, ...args]);
  let stdout = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
    onText(said, (signal) => child.kill(signal));
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, said };
};

const rounds = ['--rounds', String(extent.rounds)];
const inDirectory = (name: string) => ['--directory', join(parent, name)];
const settlementIn = (stdout: string) => (JSON.parse(stdout) as Outcome).settlement;

describe('the exchange', () => {
  it('settles as the same vats do in one heap, and shows it again when it is asked again', async () => {
    const first = await run([...inDirectory('whole'), ...rounds, '--json']);
    expect(first.code, first.said).toBe(0);
    const { settlement } = await play(extent);
    expect(settlementIn(first.stdout)).toEqual(toJson(settlement));
    expect(first.said).toContain('exchange: starting in');
    expect(first.said).toContain('54 of 60 months traded');

    const again = await run([...inDirectory('whole'), '--json']);
    expect(again.stdout).toBe(first.stdout);
    expect(again.said).toContain('is finished, and this is its outcome; --fresh starts anew');

    const table = await run(inDirectory('whole'));
    expect(table.stdout).toMatch(/conservation +held/);
    expect(table.stdout).toMatch(/cranks\/s +\d/);

    const anew = await run([...inDirectory('whole'), '--fresh-if-finished', '--rounds', '1']);
    expect(anew.said).toContain('exchange: starting anew in');
    expect(anew.code).toBe(0);
  });

  it('stops when it is interrupted, and goes on with the same command', async () => {
    const command = [...inDirectory('stopped'), ...rounds, '--json'];
    let signals = 0;
    const stopped = await run(command, (said, kill) => {
      // Once: a second one would not wait for anything.
      if (said.includes('12 of 60') && (signals += 1) === 1) kill('SIGINT');
    });
    expect(stopped).toMatchObject({ code: 130, stdout: '' });
    expect(stopped.said).toContain('stopped between two cranks; the same command continues');

    const continued = await run(command);
    expect(continued.code, continued.said).toBe(0);
    expect(continued.said).toContain('continuing the interrupted run');
    const { settlement } = await play(extent);
    expect(settlementIn(continued.stdout)).toEqual(toJson(settlement));
  });

  it('settles the same on one thread and on four, in the order of issue', async () => {
    const { settlement } = await play({ rounds: 4, repeat: 1 });
    for (const threads of ['1', '4']) {
      const options = ['--rounds', '4', '--order', 'issue', '--threads', threads, '--json'];
      const { code, stdout, said } = await run([...inDirectory(`issue ${threads}`), ...options]);
      expect(code, said).toBe(0);
      expect(settlementIn(stdout)).toEqual(toJson(settlement));
    }
  });

  it('explains itself', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, said: '' });
    expect(help.stdout).toContain('--fresh-if-finished');
    const wrong = await run(['--frsh']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.said).toContain("Unknown option '--frsh'");
  });
});
