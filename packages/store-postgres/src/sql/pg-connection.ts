import pg from 'pg';
import type { ParsedAddress } from './address.js';
import type { Connect, SqlRow } from './connection.js';

/** Milliseconds for an answer to the first packet; a host that is down gives none. */
const CONNECT_TIMEOUT = 5_000;

const clientFor = ({ host, port, user, password, database, verified, ca }: ParsedAddress) =>
  new pg.Client({
    host,
    port,
    user,
    // As a function: the library would look for a file of passwords where there is none, for each connection.
    password: () => password ?? process.env['PGPASSWORD'] ?? '',
    database,
    ssl: verified ? { rejectUnauthorized: true, ...(ca !== undefined && { ca }) } : false,
    application_name: 'cooperage',
    connectionTimeoutMillis: CONNECT_TIMEOUT,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
  });

/** Sessions through the client library `pg`. */
export const pgConnect =
  (address: ParsedAddress): Connect =>
  async () => {
    const client = clientFor(address);
    const endings: ((cause: Error) => void)[] = [];
    let isOver = false;
    const over = (cause: Error): void => {
      if (isOver) return;
      isOver = true;
      for (const ending of endings) ending(cause);
    };
    // Without a listener an error of the session would end the process.
    client.on('error', over);
    client.on('end', () => over(Error('the connection was closed by the database')));
    await client.connect();
    /** The client takes one statement at a time. */
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <T>(send: () => Promise<T>): Promise<T> => {
      const sent = last.then(send, send);
      last = sent;
      return sent;
    };
    const destroy = (): void => {
      isOver = true;
      // The types do not name the socket, which is the only thing that ends without an answer of the server.
      (
        client as unknown as { connection: { stream: { destroy(): void } } }
      ).connection.stream.destroy();
    };
    return {
      query: async ({ name, text }, values = []) => {
        const { rows } = await inTurn(() => client.query({ name, text, values: [...values] }));
        return rows as readonly SqlRow[];
      },
      script: async (text) => {
        await inTurn(() => client.query(text));
      },
      onNotification: (listener) => {
        client.on('notification', ({ channel, payload = '' }) => listener(channel, payload));
      },
      onEnd: (listener) => {
        endings.push(listener);
      },
      close: async () => {
        if (isOver) return;
        isOver = true;
        await client.end().catch(() => undefined);
      },
      destroy,
    };
  };
