import { url as inspectorUrl } from 'node:inspector';
import { setTimeout as sleep } from 'node:timers/promises';
import { CooperageError, messageOf } from '@cooperage/types';
import { admit } from './admission.js';
import type { Connect, SqlConnection, SqlRow, Statement } from './connection.js';
import { isPassing, sqlError } from './sql-error.js';

const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;
/** Milliseconds after which a session that gives no answer is ended, and the statement sent in another one. */
const ANSWER_WITHIN = 10_000;
/** So long a statement is still tried when the session is to be closed. */
const CLOSE_WITHIN = 5_000;

export interface SessionPowers {
  readonly connect: Connect;
  /** The database, for messages. */
  readonly where: string;
  readonly allowUnsafe: boolean;
  /** Milliseconds after which a statement is given up; never where it is left out. */
  readonly giveUp?: number | undefined;
  /** For each new connection, behind the first. */
  readonly onReconnected?: () => void;
  readonly onNotification?: (channel: string, payload: string) => void;
  /** Channels that each connection listens to. */
  readonly channels?: readonly string[];
}

/** A connection that is made again whenever it is lost. */
export interface Session {
  readonly where: string;
  /** Sends it once. What becomes of it is not known where the connection is lost meanwhile. */
  once(what: string, statement: Statement, values?: readonly unknown[]): Promise<readonly SqlRow[]>;
  /**
   * Sends it until the database has answered: for statements that may be repeated.
   * @throws {CooperageError} what the database says; `STORE_UNREACHABLE` when it is given up
   */
  run(statement: Statement, values?: readonly unknown[]): Promise<readonly SqlRow[]>;
  script(what: string, text: string): Promise<void>;
  /** Waits a few seconds for what is under way. Idempotent. */
  close(): Promise<void>;
}

/** Rejects where there is no answer in time, and ends the session then: its server may be gone without a word. */
export const answered = async <T>(
  connection: SqlConnection,
  within: number,
  answer: Promise<T>,
): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const expire = (): void => {
      // The answer may have come while a debugger had stopped the process.
      if (inspectorUrl() !== undefined) {
        timer = setTimeout(expire, within);
        return;
      }
      connection.destroy();
      reject(Object.assign(Error(`no answer within ${within} ms`), { code: 'ETIMEDOUT' }));
    };
    timer = setTimeout(expire, within);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
};

export const makeSession = ({
  connect,
  where,
  allowUnsafe,
  giveUp,
  onReconnected,
  onNotification,
  channels = [],
}: SessionPowers): Session => {
  let current: Promise<SqlConnection> | undefined;
  let isFirst = true;
  let closedAt: number | undefined;

  const drop = (lost: Promise<SqlConnection>): void => {
    if (current === lost) current = undefined;
  };

  const begin = async (): Promise<SqlConnection> => {
    const connection = await connect();
    try {
      await answered(connection, ANSWER_WITHIN, admit(where, connection, allowUnsafe));
      for (const channel of channels) {
        await connection.query({ name: `listen_${channel}`, text: `listen ${channel}` });
      }
    } catch (error) {
      connection.destroy();
      throw error;
    }
    if (onNotification !== undefined) connection.onNotification(onNotification);
    return connection;
  };

  const connected = (): Promise<SqlConnection> => {
    if (current !== undefined) return current;
    const beginning = begin();
    current = beginning;
    beginning.then(
      (connection) => {
        connection.onEnd(() => {
          drop(beginning);
          // One that listens is to hear again at once, and not with its next statement.
          if (channels.length > 0 && closedAt === undefined) void hearAgain();
        });
        if (!isFirst) onReconnected?.();
        isFirst = false;
      },
      () => drop(beginning),
    );
    return beginning;
  };

  const hearAgain = async (): Promise<void> => {
    for (
      let pause = FIRST_PAUSE;
      closedAt === undefined;
      pause = Math.min(2 * pause, LONGEST_PAUSE)
    ) {
      try {
        await connected();
        return;
      } catch (error) {
        if (!isPassing(error)) return;
        await sleep(pause, undefined, { ref: false });
      }
    }
  };

  const insistOpen = (): void => {
    if (closedAt !== undefined) throw new CooperageError('CLOSED', 'the store is closed');
  };

  const attempt = async (
    statement: Statement,
    values: readonly unknown[],
    within: number,
  ): Promise<readonly SqlRow[]> => {
    const connecting = connected();
    const connection = await connecting;
    try {
      return await answered(connection, within, connection.query(statement, values));
    } catch (error) {
      if (isPassing(error)) {
        drop(connecting);
        connection.destroy();
      }
      throw error;
    }
  };

  const isGivenUp = (since: number): boolean => {
    const now = performance.now();
    if (closedAt !== undefined) return now - closedAt > CLOSE_WITHIN;
    return giveUp !== undefined && inspectorUrl() === undefined && now - since >= giveUp;
  };

  const run: Session['run'] = async (statement, values = []) => {
    insistOpen();
    const since = performance.now();
    let within = ANSWER_WITHIN;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      try {
        return await attempt(statement, values, within);
      } catch (error) {
        if (!isPassing(error)) throw sqlError(where, 'a statement', error);
        if (isGivenUp(since)) {
          throw new CooperageError(
            'STORE_UNREACHABLE',
            `the database ${where} gave no answer for ${Math.round(performance.now() - since)} ms, so the ` +
              `statement was abandoned (${messageOf(error)}); open the store again when the database is back`,
            { cause: error },
          );
        }
        within *= 2;
        // Servers that restart together are not to be asked by everybody at the same moment.
        await sleep(pause * (0.5 + Math.random()));
      }
    }
  };

  const pending = new Set<Promise<unknown>>();
  const tracked = async <T>(work: Promise<T>): Promise<T> => {
    pending.add(work);
    try {
      return await work;
    } finally {
      pending.delete(work);
    }
  };
  let closing: Promise<void> | undefined;

  return {
    where,
    once: async (what, statement, values = []) => {
      insistOpen();
      try {
        return await tracked(attempt(statement, values, ANSWER_WITHIN));
      } catch (error) {
        throw sqlError(where, what, error);
      }
    },
    run: (statement, values) => tracked(run(statement, values)),
    script: async (what, text) => {
      insistOpen();
      try {
        await (await connected()).script(text);
      } catch (error) {
        throw sqlError(where, what, error);
      }
    },
    close: () =>
      (closing ??= (async () => {
        closedAt = performance.now();
        await Promise.allSettled([...pending]);
        const last = current;
        current = undefined;
        await last?.then(
          (connection) => connection.close(),
          () => undefined,
        );
      })()),
  };
};
