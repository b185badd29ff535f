/** A database is not given up for the time that a debugger has stopped the process. */
import * as inspector from 'node:inspector';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { SqlConnection, SqlRow } from '../src/sql/connection.js';
import { answered, makeSession } from '../src/sql/session.js';

const STATEMENT = { name: 'one', text: 'select 1' };
/** As an answer to what is asked of a server first, it is one that may be used. */
const ROWS: readonly SqlRow[] = [{ number: 170_000, read_only: 'off' }];

/** Destroyed connections are counted. */
const connectionOf = (query: SqlConnection['query']) => {
  const destroy = vi.fn();
  const connection: SqlConnection = {
    query,
    script: async () => undefined,
    onNotification: () => undefined,
    onEnd: () => undefined,
    close: async () => undefined,
    destroy,
  };
  return { connection, destroy };
};

const attach = (): void => {
  inspector.open(0, '127.0.0.1');
};
const detach = (): void => inspector.close();

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
  detach();
});

test('an answer that comes long after a debugger stopped the process is taken', async () => {
  attach();
  let answer!: (rows: readonly SqlRow[]) => void;
  const { connection, destroy } = connectionOf(() => new Promise((resolve) => (answer = resolve)));
  const waiting = answered(connection, 10, connection.query(STATEMENT));
  await vi.advanceTimersByTimeAsync(1_000_000);
  answer(ROWS);
  expect(await waiting).toEqual(ROWS);
  expect(destroy).not.toHaveBeenCalled();
});

test('without a debugger a session that gives no answer ends in time', async () => {
  const { connection, destroy } = connectionOf(() => new Promise(() => undefined));
  const waiting = expect(answered(connection, 10, connection.query(STATEMENT))).rejects.toThrow(
    'no answer within 10 ms',
  );
  await vi.advanceTimersByTimeAsync(10);
  await waiting;
  expect(destroy).toHaveBeenCalledOnce();
});

/** A database that refuses its first connections. */
const sessionAfter = (refusals: number) => {
  let left = refusals;
  return makeSession({
    connect: async () => {
      if ((left -= 1) >= 0) throw Object.assign(Error('refused'), { code: 'ECONNREFUSED' });
      return connectionOf(async () => ROWS).connection;
    },
    where: 'here',
    allowUnsafe: true,
    giveUp: 0,
  });
};

test('a statement that is to be given up at once is tried on while there is a debugger', async () => {
  vi.useRealTimers();
  await expect(sessionAfter(3).run(STATEMENT)).rejects.toMatchObject({ code: 'STORE_UNREACHABLE' });
  attach();
  expect(await sessionAfter(3).run(STATEMENT)).toEqual(ROWS);
});
