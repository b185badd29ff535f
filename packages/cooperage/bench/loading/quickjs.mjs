/** Vats of one bundle in one thread of QuickJS. Milliseconds of the process's processor time for each, and computrons. */
import { makeQuickJSWorkerHost } from '@cooperage/worker-quickjs';

const START = ['startVat', { body: '#"#undefined"', slots: [] }];

export const loadOnQuickJS = async (text, count) => {
  const host = makeQuickJSWorkerHost({ threads: 1 });
  const load = (n) =>
    new Promise((resolve, reject) => {
      const before = process.cpuUsage();
      const vat = host.start(
        {
          vatID: `v${n}`,
          name: `v${n}`,
          bundleID: `b1-${'0'.repeat(128)}`,
          loadBundle: () => text,
          vatstore: { get: () => undefined, getNextKey: () => undefined },
          ownThread: false,
          crankTimeLimit: 60_000,
          computronLimit: 10 ** 10,
          liveslots: 'cooperage',
        },
        {
          records: ([record]) => {
            const { user, system } = process.cpuUsage(before);
            const { usage, status } = JSON.parse(record);
            if (status[0] !== 'ok') reject(Error(`the vat does not start: ${status[1]}`));
            resolve({ milliseconds: (user + system) / 1_000, computrons: usage.computrons });
          },
          replayed: () => undefined,
          diverged: () => undefined,
          exited: ({ message }) => reject(Error(message)),
          console: () => undefined,
          image: () => undefined,
        },
      );
      vat.deliver([JSON.stringify({ n: 1, acked: 0, delivery: START })]);
    });
  try {
    const all = [];
    for (let n = 0; n < count; n += 1) all.push(await load(n));
    return all;
  } finally {
    await host.stop();
  }
};
