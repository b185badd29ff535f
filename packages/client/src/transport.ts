/** Messages of capnweb over a WebSocket of any make that is open. */
import type { RpcTransport } from 'capnweb';

/** `WebSocket.OPEN`, which each make of WebSocket has. */
const OPEN = 1;

export const transportOver = (socket: WebSocket): RpcTransport => {
  const queue: string[] = [];
  let waiting:
    | { readonly resolve: (text: string) => void; readonly reject: (reason: Error) => void }
    | undefined;
  let over: Error | undefined;
  socket.addEventListener('message', ({ data }) => {
    const text = String(data);
    if (waiting === undefined) {
      queue.push(text);
      return;
    }
    const { resolve } = waiting;
    waiting = undefined;
    resolve(text);
  });
  socket.addEventListener('close', () => {
    over = new Error('the connection was closed');
    waiting?.reject(over);
    waiting = undefined;
  });
  return {
    // Messages for a connection that is closing would be lost, and browsers report them as errors of the page.
    send: (message) => {
      if (socket.readyState === OPEN) socket.send(message);
    },
    receive: () => {
      const next = queue.shift();
      if (next !== undefined) return Promise.resolve(next);
      if (over !== undefined) return Promise.reject(over);
      return new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      });
    },
    abort: () => socket.close(),
  };
};
