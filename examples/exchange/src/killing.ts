import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Outcome } from './outcome.js';

const program = fileURLToPath(new URL('./main.js', import.meta.url));

export interface Attempt {
  /** Undefined if it was killed. */
  readonly outcome: Outcome | undefined;
  readonly seconds: number;
  /** What the program said on the way. */
  readonly said: string;
}

/** Runs the example as a user does, in a process of its own; kills that with SIGKILL after a while, if told to. */
export const attempt = async (
  args: readonly string[],
  killAfterSeconds?: number,
): Promise<Attempt> => {
  const began = performance.now();
  const child = spawn(process.execPath, [program, '--json', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const timer =
    killAfterSeconds === undefined
      ? undefined
      : setTimeout(() => child.kill('SIGKILL'), killAfterSeconds * 1000);
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  clearTimeout(timer);
  const seconds = (performance.now() - began) / 1000;
  if (signal === 'SIGKILL') return { outcome: undefined, seconds, said };
  if (code !== 0) throw Error(`the example ended with ${code ?? signal}:\n${said}`);
  return { outcome: JSON.parse(stdout) as Outcome, seconds, said };
};

export interface KillOptions {
  readonly times: number;
  /** Options of the example, such as `--rounds`. */
  readonly args: readonly string[];
  /** A number from 0 up to 1. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

export interface KillResult {
  readonly kills: number;
  /** Runs that came to their end, all with the undisturbed run's settlement. */
  readonly runs: number;
}

/**
 * Plays one run undisturbed, and then others that are killed at random moments and continued, until there
 * were so many kills. Each must settle as the undisturbed one did.
 */
export const killRepeatedly = async ({
  times,
  args,
  random,
  say,
}: KillOptions): Promise<KillResult> => {
  const parent = mkdtempSync(join(tmpdir(), 'cooperage-exchange-'));
  const inDirectory = (name: string) => ['--directory', join(parent, name), ...args];
  try {
    const undisturbed = await attempt(inDirectory('undisturbed'));
    const expected = JSON.stringify(undisturbed.outcome?.settlement);
    say(`undisturbed: ${undisturbed.seconds.toFixed(1)} s`);

    let kills = 0;
    let runs = 0;
    while (kills < times) {
      const killedBefore = kills;
      for (;;) {
        // Anywhere from the first moment to beyond the end, and often early: starting is part of it.
        const delay = kills < times ? random() ** 2 * 1.1 * undisturbed.seconds : undefined;
        const { outcome, said } = await attempt(inDirectory(`run ${runs}`), delay);
        if (outcome === undefined) {
          kills += 1;
          const last = said.trim().split('\n').at(-1);
          say(`kill ${kills} after ${delay!.toFixed(2)} s; it had said last: ${last}`);
        } else if (JSON.stringify(outcome.settlement) === expected) {
          runs += 1;
          say(`run ${runs}: killed ${kills - killedBefore} times, same settlement`);
          break;
        } else {
          throw Error(
            `run ${runs + 1}, killed ${kills - killedBefore} times, settled differently:\n` +
              `${JSON.stringify(outcome.settlement)}\ninstead of\n${expected}`,
          );
        }
      }
    }
    return { kills, runs };
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
};
