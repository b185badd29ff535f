/**
 * Hostile clients at random beside an honest one: each refusal has a code, the honest client gets each answer and each
 * callback, no object that the hostile clients were not given changes, and nothing of them is left.
 * `npm run fuzz -w @cooperage/gateway` plays 500 seeds, `FUZZ_SEEDS=N` others, `FUZZ_FROM=N` begins elsewhere.
 */
import { connect } from '@cooperage/client';
import { checkTables } from '@cooperage/kernel';
import { expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { makeRandom } from '../../liveslots/test/helpers/random.js';
import { type Bank, gatewayOn, openForTest } from './helpers.js';
import { type Ending, MOVES } from './hostile-moves.js';

const SEEDS = Number(process.env['FUZZ_SEEDS'] ?? 40);
const FROM = Number(process.env['FUZZ_FROM'] ?? 1);
/** Hostile clients at a time. */
const CROWD = 4;

const LIMITS = {
  ...{ frameBytes: 40_000, inFlight: 50, references: 200, unsentBytes: 50_000 },
  ...{ messagesPerSecond: 10_000, waiting: 100 },
};

class Listener {
  readonly heard: number[] = [];
  deposited(owner: string, amount: number): void {
    if (owner === 'honest') this.heard.push(amount);
  }
}

const CODED = /^(GATEWAY_[A-Z_]+|BAD_CAPDATA|CLOSED): /;

/** A connection ends by itself, or with a code and its reason; a request has an answer that is no failure of the server. */
const problemOf = ([code, reason]: Ending): string | undefined => {
  if (code === 1000 || code === 1005) return undefined;
  if (code < 1_000) {
    const isCoded = code < 400 || code === 405 || reason.includes('"code":"');
    return isCoded && code < 500 ? undefined : `status ${code}: ${reason}`;
  }
  return CODED.test(reason) ? undefined : `closed with ${code}: ${reason}`;
};

it(`${SEEDS} crowds of hostile clients are refused with codes, and an honest client notices nothing`, async () => {
  const kernel = await openForTest();
  const gateway = await gatewayOn(kernel, { limits: LIMITS });
  const bank = kernel.root('bank');
  const honest = connect<Bank>((await gateway.issue(bank)).url, { WebSocket: WebSocket as never });
  onTestFinished(() => honest.close());
  const listener = new Listener();
  await honest.root.listen(listener);
  const purse = await honest.root.open('honest');
  const { url } = await gateway.issue((await kernel.send('bank', 'open', ['mallory'])) as object);
  const { sessions } = gateway.stats();

  let deposits = 0;
  const deposit = async (): Promise<void> => {
    deposits += 1;
    expect(await purse.deposit(deposits)).toBe((deposits * (deposits + 1)) / 2);
  };
  for (let seed = FROM; seed < FROM + SEEDS; seed += 1) {
    const random = makeRandom(seed);
    const crowd = Array.from({ length: CROWD }, async () => {
      const own = makeRandom(random.below(2 ** 31));
      return own.pick(MOVES)({ gateway, url, random: own });
    });
    for (let i = 0; i < 3; i += 1) await deposit();
    const endings = await Promise.all(crowd);
    const problems = endings.map((ending) => (ending === undefined ? ending : problemOf(ending)));
    expect(problems.filter(Boolean), `seed ${seed}`).toEqual([]);
  }
  const upTo = Array.from({ length: deposits }, (_, i) => i + 1);
  await expect.poll(() => listener.heard.length).toBe(deposits);
  expect(listener.heard).toEqual(upTo);
  expect(honest.status).toBe('connected');
  // Connections are gone; sessions stay until their URL is revoked.
  await expect.poll(() => gateway.stats().connections).toBe(1);
  await gateway.revoke(url);
  await expect.poll(() => gateway.stats().sessions).toBe(sessions);
  expect(checkTables(kernel.store.tables)).toEqual([]);
});
