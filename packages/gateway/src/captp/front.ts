/** What Endo peers see over CapTP: one object, which redeems secrets. */
// First: it brings what Endo's packages look for at their import.
import { Far } from 'cooperage';
import { makeCapTP } from '@endo/captp';
import type { Client } from '../client.js';
import type { Connection } from '../net/connection.js';
import { asRefusal, refuse } from '../refusals.js';
import { makeCountedTables } from './counted-tables.js';

const read = (text: string): Record<string, unknown> => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refuse('GATEWAY_PROTOCOL', 'this is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw refuse('GATEWAY_PROTOCOL', 'this is not a CapTP message');
};

/** Serves one WebSocket until it is closed. */
export const serveCapTP = async (connection: Connection, client: Client): Promise<void> => {
  const { references, inFlight } = client.limits;
  const frontDoor = Far('gateway', {
    redeem: (urlOrSecret: unknown): unknown => client.redeem(urlOrSecret),
  });
  /** Questions of the peer that are not answered. */
  const open = new Set<unknown>();
  const send = (message: Record<string, unknown>): void => {
    if (message['type'] === 'CTP_RETURN') open.delete(message['answerID']);
    connection.send(JSON.stringify(message));
  };
  const tables = makeCountedTables();
  const { dispatch, abort } = makeCapTP('gateway', send, frontDoor, {
    onReject: () => undefined,
    gcImports: true,
    makeCapTPImportExportTables: tables.make,
  });
  try {
    while (connection.isOpen) {
      const message = read(await connection.receive());
      if (message['type'] === 'CTP_CALL') open.add(message['questionID']);
      if (open.size > inFlight) {
        throw refuse('GATEWAY_LIMIT', `${inFlight} calls are not answered yet: await some first`);
      }
      if (tables.count > references) {
        throw refuse(
          'GATEWAY_LIMIT',
          `the limit of ${references} references of a client is reached: release some`,
        );
      }
      if (!dispatch(message)) {
        throw refuse('GATEWAY_PROTOCOL', 'this is not a CapTP message');
      }
    }
  } catch (error) {
    client.end(asRefusal(error));
  } finally {
    abort(refuse('GATEWAY_LOST', 'the connection of the client was closed'));
  }
};
