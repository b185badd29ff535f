/** Drives one vat for the benchmarks: no kernel, no store. */
import { createHash } from 'node:crypto';

export const hashOf = (bytes) => createHash('sha512').update(bytes).digest('hex');

const rootOf = (before) => `function getExport() {
  ${before}
  let count = 0;
  const kept = [];
  return { buildRootObject: () => Far('root', {
    count: () => (count += 1),
    bytes: (megabytes) => { for (let i = 0; i < megabytes; i += 1) kept.push(new Uint8Array(1048576).fill(i + 1)); },
    objects: (n) => { for (let i = 0; i < n; i += 1) kept.push({ i, name: 'name' + i, list: [i, i + 1], other: kept[i >> 1] }); },
  }) };
}`;

const bundleOf = (before) => {
  const text = JSON.stringify({ moduleFormat: 'getExport', source: rootOf(before) });
  return { text, id: `b1-${hashOf(Buffer.from(text))}` };
};

export const small = bundleOf('');

/** About 250 KB of source, all of which runs: a contract's framework. */
export const framework = bundleOf(
  Array.from(
    { length: 1_000 },
    (_, i) => `
  const table${i} = new Map(Array.from({ length: 8 }, (_, k) => ['key' + k, { k, at: ${i} }]));
  const part${i} = harden({
    read: (key) => table${i}.get(key),
    write: (key, value) => { if (typeof key !== 'string') throw Error('no key'); table${i}.set(key, value); },
  });`,
  ).join('\n'),
);

export const open = (host, { origin, bundle = small, ...options } = {}) => {
  let newest = origin?.n ?? 0;
  const waiting = new Map();
  let imaged = () => undefined;
  const worker = host.start(
    {
      vatID: 'v1',
      name: 'measured',
      bundleID: bundle.id,
      loadBundle: () => bundle.text,
      vatstore: { get: () => undefined, getNextKey: () => undefined },
      ownThread: false,
      crankTimeLimit: 60_000,
      liveslots: 'cooperage',
      ...(origin === undefined ? {} : { origin }),
      ...options,
    },
    {
      records: (texts) => {
        for (const text of texts) waiting.get(JSON.parse(text).n)?.();
      },
      replayed: () => undefined,
      diverged: () => undefined,
      exited: (exit) => {
        throw Error(JSON.stringify(exit));
      },
      console: () => undefined,
      image: (image) => imaged(image),
    },
  );
  const deliver = (delivery) => {
    newest += 1;
    const n = newest;
    worker.deliver([JSON.stringify({ n, acked: n - 1, delivery })]);
    return new Promise((resolve) => waiting.set(n, resolve));
  };
  return {
    start: () => deliver(['startVat', { body: '#"#undefined"', slots: [] }]),
    call: (method, ...args) =>
      deliver([
        'message',
        'o+0',
        {
          methargs: { body: `#${JSON.stringify([method, args])}`, slots: [] },
          result: `p-${newest + 100}`,
        },
      ]),
    image: () =>
      new Promise((resolve) => {
        imaged = resolve;
        worker.snapshot();
      }),
    stop: () => worker.stop(),
  };
};

/** What a vat of this host can be started from. */
export const originOf = (host, { n, bytes }) => {
  const hash = hashOf(bytes);
  return { n, hash, load: (wanted) => (wanted === hash ? bytes : host.baseImage(wanted)) };
};
