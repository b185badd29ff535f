/** An object behind a capability URL at the prompt. */
import { connect, referenceName, type WebSocketConstructor } from '@cooperage/client';
import { WebSocket } from 'ws';
import { harmless } from '../text/words.js';
import type { ReplWorld } from './world.js';

/** That of `ws` has what the client uses, and not all that browsers have. */
const socketOfNode: unknown = WebSocket;

type Methods = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

const isReference = (value: unknown): value is Methods =>
  typeof value === 'function' && referenceName(value) !== undefined;

const callOn = (value: unknown, method: string, args: readonly unknown[]): unknown =>
  (value as Methods)[method]?.(...args);

/** `E(ref).method()`, as it is written for a kernel. */
const E = (target: unknown): unknown =>
  new Proxy(Object.freeze({}), {
    get:
      (_target, method) =>
      async (...args: readonly unknown[]) =>
        isReference(target)
          ? callOn(target, String(method), args)
          : callOn(await target, String(method), args),
  });

export interface UrlWorld extends ReplWorld {
  /** Ends the session. */
  readonly leave: () => Promise<void>;
}

/** @param tell is told when the connection is lost, comes back or ends */
export const makeUrlWorld = (url: string, tell: (line: string) => void): UrlWorld => {
  let wasConnected = false;
  let isLeft = false;
  const client = connect<unknown>(url, {
    WebSocket: socketOfNode as WebSocketConstructor,
    onStatus: (status, reason) => {
      if (isLeft) return;
      if (status === 'ended') {
        const why = reason === undefined ? '' : ` (${reason.code}: ${reason.message})`;
        tell(harmless(`the session has ended${why}`));
      } else if (status === 'connecting' && wasConnected) {
        tell('the connection is lost; what you send waits until it is back');
      }
      wasConnected ||= status === 'connected';
    },
  });
  const root: unknown = client.root;
  return {
    leave: async () => {
      isLeft = true;
      await client.end();
    },
    globals: { E, root },
    describe: (value) => {
      if (!isReference(value)) return undefined;
      if (value === root) return '[root: the object of this URL]';
      return `[${referenceName(value)}: a reference]`;
    },
    methodsOf: async (value) => {
      const names = await callOn(value, '__getMethodNames__', []);
      return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
    },
    isCalledDirectly: true,
    refresh: async () => undefined,
  };
};
