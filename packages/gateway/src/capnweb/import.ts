/** References to objects behind the URLs of other gateways. */
import { RpcSession, type RpcTransport } from 'capnweb';
import type { CooperageError } from '@cooperage/types';
import { codeOf, messageOf } from '@cooperage/types';
import { WebSocket } from 'ws';
import type { GatewayLimits } from '../limits.js';
import { makeConnection } from '../net/connection.js';
import { refuse } from '../refusals.js';
import { secretIn } from '../urls/secrets.js';
import { makeCapnwebValues } from './values.js';

export interface Imported {
  readonly object: object;
  /** Ends the connection, and with it all that came over it. */
  end(reason: CooperageError): void;
}

interface FrontDoor {
  redeem(secret: string): PromiseLike<unknown> & Disposable;
}

const connect = (url: URL, frameBytes: number): Promise<WebSocket> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, { maxPayload: frameBytes, perMessageDeflate: false });
    socket.once('open', () => resolve(socket));
    socket.once('error', (error) =>
      reject(refuse('GATEWAY_LOST', `the gateway cannot be reached: ${error.message}`)),
    );
  });

/** @throws {CooperageError} `BAD_ARGUMENT`, `GATEWAY_REFUSED`, `GATEWAY_LOST` */
export const importFrom = async (given: string, limits: GatewayLimits): Promise<Imported> => {
  const secret = secretIn(given);
  if (secret === undefined || !URL.canParse(given)) {
    throw refuse(
      'BAD_ARGUMENT',
      'import takes a capability URL: one with a secret as its fragment',
    );
  }
  const url = new URL(given);
  url.hash = '';
  url.protocol = url.protocol.replace('http', 'ws');
  // A client of another gateway is not held to this one's rate.
  const own = { ...limits, messagesPerSecond: 1e9, bytesPerSecond: 1e12 };
  const connection = makeConnection(await connect(url, limits.frameBytes), own);
  const transport: RpcTransport = {
    send: (message) => connection.send(message),
    receive: () => connection.receive(),
    abort: () => connection.end(refuse('GATEWAY_LOST', 'the session was ended')),
  };
  const main = new RpcSession(transport).getRemoteMain() as unknown as FrontDoor;
  const values = makeCapnwebValues({ begin: () => () => undefined });
  try {
    const object = values.fromWire(await main.redeem(secret)) as object;
    return { object, end: connection.end };
  } catch (error) {
    connection.end(refuse('GATEWAY_LOST', 'no longer needed'));
    if (codeOf(error) === 'GATEWAY_REFUSED') {
      throw refuse('GATEWAY_REFUSED', messageOf(error));
    }
    throw error;
  }
};
