// The same story over worker threads: now a reference to a terminated vat is broken.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/main.js', import.meta.url));

it('tells what became of each instance', { timeout: 60_000 }, () => {
  const table = execFileSync(process.execPath, [program], { encoding: 'utf8' });
  expect(table).toMatchInlineSnapshot(`
    "instance  contract      state            what happened
    coins     faucet        running
    shares    faucet        running
    tips      faucet        running          5 draws, then: the tip faucet is empty
    doomed    faucet        ended            its sponsor withdrew; 1 draw, then: vat doomed terminated: ended by its administrator: its sponsor withdrew
    broken    faucet        failed to start  limit must be positive: -5
    painting  auction       running          bids 40, 75, 60: number 2 won and pays 60
    call 1    covered-call  running          exercised: the writer has 50 coin
    call 2    covered-call  running          expired: the writer has 10 share
    "
  `);
});
