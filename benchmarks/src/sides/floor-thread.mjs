// A thread of the floor: some objects, and a proxy for each of the others.
import { parentPort } from 'node:worker_threads';

let outbox = [];
const post = (message) => {
  if (outbox.length === 0) {
    process.nextTick(() => {
      parentPort.postMessage(outbox);
      outbox = [];
    });
  }
  outbox.push(message);
};

/** Sends that wait for their answers, by number. */
const waiting = new Map();
let newest = 0;

const decode = (text) =>
  text === undefined
    ? undefined
    : JSON.parse(text, (_, value) =>
        value?.['@root'] === undefined ? value : Object.freeze(value),
      );

const E = (root) =>
  new Proxy(
    {},
    {
      get:
        (_, method) =>
        (...args) =>
          new Promise((resolve, reject) => {
            newest += 1;
            waiting.set(newest, { resolve, reject });
            post(['send', newest, root['@root'], method, JSON.stringify(args)]);
          }),
    },
  );

const objects = new Map();

const call = async ([, number, target, method, args]) => {
  try {
    const value = await objects.get(target)[method](...decode(args));
    post(['done', number, false, JSON.stringify(value)]);
  } catch (error) {
    post(['done', number, true, String(error)]);
  }
};

const answer = ([, number, isRejected, value]) => {
  const { resolve, reject } = waiting.get(number);
  waiting.delete(number);
  if (isRejected) reject(Error(value));
  else resolve(decode(value));
};

parentPort.once('message', async (own) => {
  for (const [name, file] of own) {
    const [make] = Object.values(await import(new URL(`../../vats/${file}`, import.meta.url)));
    objects.set(name, make({ E, Far: (_, methods) => methods }));
  }
  parentPort.on('message', (batch) => {
    for (const message of batch) {
      if (message[0] === 'call') void call(message);
      else answer(message);
    }
  });
  post(['ready']);
});
