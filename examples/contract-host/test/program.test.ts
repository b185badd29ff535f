// The program as its users start it.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** What is the same on each run: all but how long the forks took. */
const play = (...args: string[]) =>
  execFileSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).replace(/\n\d+ forks, .*\n$/, '');

const STORY = `\
instance   contract      state            what happened
coins      faucet        running          500 of 1000 left
shares     faucet        running          70 of 100 left
paintings  faucet        running          empty
tips       faucet        running          empty
                                          5 draws, then: the faucet is empty
broken     faucet        failed to start  limit must be positive: -5
painting   auction       running          closed: number 2 of 3 won and paid 60
                                          bids 40, 75, 60: number 2 wins and pays 60
call 1     covered-call  running          exercised
                                          what bob had: the invitation is void, or not of this instance
                                          carol pays alice 50 coin for 10 share
call 2     covered-call  running          expired
                                          dave has his 10 share back
doomed     auction       ended            its sponsor withdrew
                                          open: 1 sealed bid
                                          carol has her 10 share back, and bob his 30 coin
thief      thief         running          tried 4 things
                                          take it: a seat would have neither what it wants nor what it gave
                                          forge a seat: that seat has exited
                                          make more: there is no Coin here, but nothing at all
                                          change the language: refused
                                          within reach: nothing

token     minted  in purses  in payments  of that in escrow
coin      500     500        0            0                  held
nothing   0       0          0            0                  held
painting  1       1          0            0                  held
share     30      30         0            0                  held
tip       5       5          0            0                  held
`;

it.each(['quickjs', 'v8'])('tells the story, on %s', (engine) => {
  expect(play('--engine', engine)).toBe(STORY);
});

it.each(['quickjs', 'v8'])(
  'killed again and again, it goes on and tells the same story, on %s',
  async (engine) => {
    const directory = await mkdtemp(join(tmpdir(), 'contract-host-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const args = ['--engine', engine, '--directory', directory];
    let kills = 0;
    // From the first zygote on, later each time.
    for (const after of [50, 300, 700, 1_100]) {
      const child = spawn(process.execPath, [program, ...args], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      let timer: NodeJS.Timeout | undefined;
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (!/zygote|going on/.test(text)) return;
        timer ??= setTimeout(() => child.kill('SIGKILL'), after);
      });
      child.stdout.resume();
      const [, signal] = (await once(child, 'close')) as [unknown, string | null];
      clearTimeout(timer);
      if (signal === 'SIGKILL') kills += 1;
    }
    expect(kills).toBeGreaterThan(0);
    expect(play(...args)).toBe(STORY);
  },
);

it('explains itself, and what is wrong with what it was asked for', () => {
  expect(play('--help')).toContain('--instances N');
  const { status, stderr } = spawnSync(process.execPath, [program, '--engine', 'steam'], {
    encoding: 'utf8',
  });
  expect([status, stderr]).toEqual([
    2,
    'contract-host: --engine takes quickjs or v8, not "steam"\nTry --help.\n',
  ]);
});
