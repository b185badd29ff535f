/**
 * The same written by hand, for speed and durability and nothing else: objects in worker threads, messages by
 * `postMessage`, and one LMDB transaction for what came in meanwhile. No isolation, no references that can be passed
 * on, no garbage collection, no replay; the programs of the vats are the same.
 *
 * A message is a row until it was answered, and an answer is a row until its receiver has it. Objects get messages at
 * once; the host's answers wait until what they rest on is on the disk.
 */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { open as openDatabase } from 'lmdb';

const threadFile = new URL('./floor-thread.mjs', import.meta.url);

/** Rows that change together are written together; one transaction at a time. */
const makeGroupCommit = (database) => {
  let rows = new Map();
  let waiting = [];
  let underWay = false;
  const commit = async () => {
    underWay = true;
    while (rows.size > 0 || waiting.length > 0) {
      const [group, settled] = [rows, waiting];
      [rows, waiting] = [new Map(), []];
      await database.batch(() => {
        for (const [key, value] of group) {
          if (value === undefined) database.remove(key);
          else database.put(key, value);
        }
      });
      for (const settle of settled) settle();
    }
    underWay = false;
  };
  return {
    put: (key, value) => {
      rows.set(key, value);
      if (!underWay) {
        underWay = true;
        setImmediate(commit);
      }
    },
    /** `settle` is called when all that was put so far is on the disk. */
    then: (settle) => {
      waiting.push(settle);
    },
  };
};

/**
 * @param {object} world
 * @param {string} world.directory
 * @param {string} world.bootstrap
 * @param {Record<string, string>} world.vats
 * @param {{ threads?: number }} [world.options]
 */
export const open = async ({ directory, bootstrap, vats, options = {} }) => {
  const database = openDatabase({ path: directory, compression: false, encoding: 'string' });
  const rows = makeGroupCommit(database);
  const threads = Array.from({ length: options.threads ?? availableParallelism() }, () => ({
    worker: new Worker(threadFile),
    outbox: [],
  }));
  const threadOf = new Map(Object.keys(vats).map((name, i) => [name, threads[i % threads.length]]));

  /** Messages that are not answered yet, by number: who sent them, and how that one is told. */
  const unanswered = new Map();
  let newest = 0;

  const post = (thread, message) => {
    if (thread.outbox.length === 0) {
      process.nextTick(() => {
        thread.worker.postMessage(thread.outbox);
        thread.outbox = [];
      });
    }
    thread.outbox.push(message);
  };

  const send = (target, method, args, answer) => {
    newest += 1;
    rows.put(`m.${newest}`, `${target} ${method} ${args}`);
    unanswered.set(newest, answer);
    post(threadOf.get(target), ['call', newest, target, method, args]);
  };

  const hear = (thread, [kind, number, ...rest]) => {
    if (kind === 'send') {
      const [target, method, args] = rest;
      send(target, method, args, (isRejected, value) => {
        post(thread, ['answer', number, isRejected, value]);
      });
      return;
    }
    const [isRejected, value] = rest;
    const answer = unanswered.get(number);
    unanswered.delete(number);
    rows.put(`m.${number}`, undefined);
    rows.put(`a.${number}`, value);
    answer(isRejected, value);
    rows.put(`a.${number}`, undefined);
  };

  const start = (thread) =>
    new Promise((resolve, reject) => {
      const own = Object.entries(vats).filter(([name]) => threadOf.get(name) === thread);
      thread.worker.once('error', reject);
      thread.worker.once('message', () => {
        thread.worker.on('message', (batch) => {
          for (const message of batch) hear(thread, message);
        });
        resolve();
      });
      thread.worker.postMessage(own);
    });
  await Promise.all(threads.map(start));

  const sendFromHost = (target, method, args) =>
    new Promise((resolve, reject) => {
      send(target, method, JSON.stringify(args), (isRejected, value) => {
        rows.then(() => (isRejected ? reject(Error(value)) : resolve(value && JSON.parse(value))));
      });
    });
  const roots = Object.fromEntries(Object.keys(vats).map((name) => [name, { '@root': name }]));
  await sendFromHost(bootstrap, 'bootstrap', [roots, {}]);
  return {
    sendAll: (messages) =>
      Promise.all(messages.map(([vat, method, args = []]) => sendFromHost(vat, method, args))),
    stats: () => ({}),
    close: async () => {
      await Promise.all(threads.map(({ worker }) => worker.terminate()));
      await database.close();
    },
  };
};
